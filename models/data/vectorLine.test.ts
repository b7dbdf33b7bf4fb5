import { describe, expect, it } from 'vitest'

import { contentFrame, renderSvg } from './svgFrame.ts'
import { transformScale } from './svgRewrite.ts'
import { parseSvg, writeSvg } from './svgTree.ts'
import { vectorLine } from './vectorLine.ts'

const svg = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${inside}</svg>`

async function inkAt(source: string, x: number, y: number): Promise<number> {
  const pixels = await renderSvg(
    vectorLine(parseSvg(source), 4),
    { x: 0, y: 0, width: 100, height: 100 },
    100,
  )
  const at = 4 * (y * 100 + x)
  return Math.round(((255 - (pixels[at] ?? 0)) * (pixels[at + 3] ?? 0)) / 255)
}

describe('vector line', () => {
  const square = svg('<rect x="20" y="20" width="60" height="60" fill="#d03030"/>')

  it('turns a colored body into paper with an ink outline', async () => {
    expect(await inkAt(square, 50, 50)).toBe(0)
    expect(await inkAt(square, 20, 50)).toBeGreaterThan(200)
  })

  it('hides what lies behind a nearer body', async () => {
    const both = svg(
      '<rect x="40" y="0" width="20" height="100" fill="blue"/><rect x="20" y="20" width="60" height="60" fill="red"/>',
    )
    expect(await inkAt(both, 40, 50)).toBe(0)
    expect(await inkAt(both, 40, 10)).toBeGreaterThan(200)
  })

  it('keeps dark bodies as ink and drops see-through overlays', async () => {
    expect(await inkAt(svg('<circle cx="50" cy="50" r="20" fill="#000"/>'), 50, 50)).toBeGreaterThan(200)
    expect(await inkAt(svg('<circle cx="50" cy="50" r="20" fill="red" opacity=".3"/>'), 30, 50)).toBe(0)
  })

  it('reads styles from attributes, style sheets and parents, the nearest winning', async () => {
    const sheet = svg(
      '<style>.a{fill:#000}</style><g fill="red"><rect class="a" x="20" y="20" width="60" height="60"/></g>',
    )
    expect(await inkAt(sheet, 50, 50)).toBeGreaterThan(200)
    const style = svg('<rect fill="#000" style="fill:#ff0" x="20" y="20" width="60" height="60"/>')
    expect(await inkAt(style, 50, 50)).toBe(0)
  })

  it('draws lines equally wide under any scale', () => {
    expect(transformScale('translate(3) scale(2)')).toBeCloseTo(2)
    expect(transformScale('matrix(0 3 -3 0 1 1)')).toBeCloseTo(3)
    expect(transformScale(undefined)).toBe(1)
  })
})

describe('svg tree', () => {
  it('reads entities, prefixes and comments, and drops what editors leave', () => {
    const root = parseSvg(
      '<?xml version="1.0"?><!DOCTYPE svg [ <!ENTITY red "fill:red"> ]><!-- a > b -->' +
        '<svg:svg width="10" height="10"><sodipodi:namedview/><svg:path style="&red;" sodipodi:x="1" d="M0 0"/></svg:svg>',
    )
    expect(writeSvg(root)).toContain('<path style="fill:red" d="M0 0"></path>')
    expect(writeSvg(root)).not.toContain('sodipodi')
  })

  it('refuses what is no drawing', () => {
    expect(() => parseSvg('<html></html>')).toThrow('no svg element')
  })
})

describe('frame', () => {
  it('holds the drawn content and a margin, square', async () => {
    const frame = await contentFrame(parseSvg(svg('<rect x="40" y="20" width="20" height="60" fill="red"/>')))
    expect(frame?.width).toBeCloseTo(frame?.height ?? 0)
    expect(frame?.height).toBeGreaterThan(60)
    expect(frame?.height).toBeLessThan(72)
  })

  it('is null for an empty drawing', async () => {
    expect(await contentFrame(parseSvg(svg('')))).toBeNull()
  })
})

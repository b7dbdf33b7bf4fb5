import { describe, expect, it } from 'vitest'

import { takeInkOut } from './inkless.ts'
import { regionMap } from './regionMap.ts'
import { renderSvg } from './svgFrame.ts'
import { parseSvg } from './svgTree.ts'

/** Drawn large: bodies have to be wider than what counts as ink. */
const scale = 4
const side = 100 * scale
const frame = { x: 0, y: 0, width: 100, height: 100 }

async function regionsOf(inside: string): Promise<(x: number, y: number) => number> {
  const root = parseSvg(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${inside}</svg>`)
  const { rgba, taken } = takeInkOut(await renderSvg(root, frame, side), side, side, 2)
  const ids = await regionMap(root, frame, side, rgba, taken)
  return (x, y) => ids?.[scale * (y * side + x)] ?? -1
}

const red = '<rect x="10" y="40" width="80" height="20" fill="#d03030"/>'
const blue = '<rect x="40" y="10" width="20" height="80" fill="#3030d0"/>'

describe('region map', () => {
  it('gives each body its own id, and paper none', async () => {
    const at = await regionsOf(red + blue)
    expect(new Set([at(20, 50), at(50, 20), at(5, 5)]).size).toBe(3)
    expect(at(5, 5)).toBe(0)
  })

  it('lets the nearer body hide the farther one, whose parts keep one id', async () => {
    const at = await regionsOf(red + blue)
    expect(at(50, 50)).toBe(at(50, 20))
    expect(at(20, 50)).toBe(at(80, 50))
    const under = await regionsOf(blue + red)
    expect(under(50, 50)).toBe(under(20, 50))
    expect(under(50, 20)).toBe(under(50, 80))
  })

  it('gives what was ink to the region beside it, as the color layer does', async () => {
    const at = await regionsOf(
      `${red}<path d="M10 40H90V60H10Z" fill="none" stroke="#000" stroke-width="2"/>` +
        '<path d="M50 40V60" stroke="#000" stroke-width="2"/>',
    )
    expect(at(50, 50)).toBe(at(30, 50))
    expect(at(12, 50)).toBe(at(30, 50))
  })

  it('joins bodies of one color that touch, unless ink lies between', async () => {
    const halves = (between: string): string =>
      `<rect x="10" y="20" width="40" height="60" fill="#30a040"/><rect x="50" y="20" width="40" height="60" fill="#30a040"/>${between}`
    const joined = await regionsOf(halves(''))
    expect(joined(30, 50)).toBe(joined(70, 50))
    const split = await regionsOf(halves('<path d="M50 15V85" stroke="#000" stroke-width="2"/>'))
    expect(split(30, 50)).not.toBe(split(70, 50))
  })

  it('does not count see-through overlays, and knows what only a fade shows', async () => {
    const at = await regionsOf(
      '<defs><linearGradient id="f"><stop offset="0" stop-color="#f80"/><stop offset="1" stop-color="#fa0" stop-opacity=".7"/></linearGradient></defs>' +
        `${red}<rect x="15" y="45" width="30" height="10" fill="#fff" opacity=".3"/>` +
        '<rect x="10" y="70" width="80" height="20" fill="url(#f)"/>',
    )
    expect(at(30, 50)).toBe(at(80, 50))
    expect(at(30, 80)).toBeGreaterThan(0)
    expect(at(30, 80)).not.toBe(at(30, 50))
  })

  it('numbers regions from 1 on, and is null where nothing is painted', async () => {
    const at = await regionsOf(red + blue)
    expect([at(20, 50), at(50, 20)].sort()).toEqual([1, 2])
    expect((await regionsOf(''))(50, 50)).toBe(-1)
  })
})

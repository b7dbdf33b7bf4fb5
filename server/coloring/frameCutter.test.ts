import { expect, it } from 'vitest'
import { seeded } from '../../shared/golden.fixture.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { FrameCutter, type Cut } from './frameCutter.ts'

const [width, height] = [40, 30]
const blank = (): RgbPicture => ({ width, height, rgb: new Uint8Array(3 * width * height).fill(200) })

function withDot(picture: RgbPicture, x: number, y: number, value: number): RgbPicture {
  const rgb = picture.rgb.slice()
  rgb.fill(value, 3 * (y * width + x), 3 * (y * width + x) + 3)
  return { ...picture, rgb }
}

/** What somebody sees who was sent these frames. */
function laid(cuts: readonly Cut[]): Uint8Array {
  const seen = blank().rgb.fill(0)
  for (const { picture, patch } of cuts) {
    const { left, top } = patch ?? { left: 0, top: 0 }
    for (let y = 0; y < picture.height; y++) {
      const row = picture.rgb.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width)
      seen.set(row, 3 * ((top + y) * width + left))
    }
  }
  return seen
}

it('F7 the first frame is a whole, then only what changed is, on whole pairs of pixels', () => {
  const cutter = new FrameCutter()
  expect(cutter.cut('draft', blank(), false).patch).toBeUndefined()
  const cut = cutter.cut('refined', withDot(withDot(blank(), 5, 7, 0), 10, 9, 0), false)
  expect(cut).toMatchObject({ width, height, patch: { left: 4, top: 6, right: 12, bottom: 10 } })
  expect([cut.picture.width, cut.picture.height]).toEqual([8, 4])
  expect(cutter.cut('draft', withDot(blank(), 5, 7, 0), true).patch).toBeUndefined()
})

it('F7 a picture in which nothing changed is the smallest patch', () => {
  const cutter = new FrameCutter()
  cutter.cut('draft', blank(), false)
  expect(cutter.cut('refined', blank(), false).patch).toEqual({ left: 0, top: 0, right: 2, bottom: 2 })
})

it('F7 frames laid one over the other are the newest picture, but for what nobody sees', () => {
  const random = seeded(11)
  const cutter = new FrameCutter()
  const cuts: Cut[] = []
  let picture = blank()
  for (let i = 0; i < 300; i++) {
    const x = random(width)
    const y = random(height)
    const near = picture.rgb[3 * (y * width + x)]! + random(5) - 2
    picture = withDot(picture, x, y, random(3) === 0 ? random(256) : Math.min(255, Math.max(0, near)))
    cuts.push(
      cutter.cut(i % 2 ? 'refined' : 'draft', { ...picture, rgb: picture.rgb.slice() }, random(40) === 0),
    )
    const seen = laid(cuts)
    expect(Buffer.compare(seen, cutter.newest(i % 2 ? 'refined' : 'draft')!.rgb)).toBe(0)
    expect(seen.every((value, at) => Math.abs(value - picture.rgb[at]!) <= 2)).toBe(true)
  }
  expect(cuts.filter(({ patch }) => patch).length).toBeGreaterThan(200)
})

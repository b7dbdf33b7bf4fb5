import { expect, test } from 'vitest'
import type { RgbaPicture } from '../../shared/picture.ts'
import { FinishedPainter } from './finishedPainter.ts'

const [WIDTH, HEIGHT] = [800, 600]
/** A box with a wall in its middle. */
function boxes(): Uint8Array {
  const grey = new Uint8Array(WIDTH * HEIGHT).fill(255)
  for (let y = 100; y < 500; y++) {
    for (let x = 100; x < 700; x++) {
      const edge = Math.min(x - 100, 699 - x, y - 100, 499 - y)
      if (edge < 6 || Math.abs(x - 400) < 4) grey[y * WIDTH + x] = 0
    }
  }
  return grey
}
const page = { width: WIDTH, height: HEIGHT }
const painter = new FinishedPainter(boxes(), page, { ...page, grey: boxes() })
const place = (x: number, y: number) => ({ x: 8 * x, y: 8 * y, gap: 0 })

function pictureOf(x: number, y: number, color: readonly [number, number, number]) {
  const { rect, mask } = painter.region(place(x, y))!
  const picture: RgbaPicture = {
    width: rect.right - rect.left,
    height: rect.bottom - rect.top,
    rgba: new Uint8Array(4 * mask.length),
  }
  mask.forEach((is, at) => is && picture.rgba.set([...color, 255], 4 * at))
  return { left: rect.left, top: rect.top, refined: picture, flats: picture }
}
const at = ({ width, rgba }: RgbaPicture, x: number, y: number) => [
  ...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
]

test('M5 finished regions are laid over the page up to their lines and not beyond', () => {
  const regions = [pictureOf(200, 300, [10, 200, 30]), pictureOf(600, 300, [200, 10, 30])]
  const both = painter.picture(regions, 'refined')
  expect([both.width, both.height]).toEqual([WIDTH, HEIGHT])
  for (const y of [107, 300, 492]) {
    expect(at(both, 107, y)).toEqual([10, 200, 30, 255])
    expect(at(both, 396, y)).toEqual([10, 200, 30, 255])
    expect(at(both, 404, y)).toEqual([200, 10, 30, 255])
    expect(at(both, 99, y)).toEqual([0, 0, 0, 0])
    expect(at(both, 701, y)).toEqual([0, 0, 0, 0])
  }
  // What one looks like does not depend on the others.
  const alone = painter.picture(regions.slice(0, 1), 'refined')
  for (let x = 107; x < 396; x += 7) expect(at(alone, x, 300)).toEqual(at(both, x, 300))
})

test('M5 the sign of a region stands in its middle, and each place tells whose it is', () => {
  const { width, labels, middles } = painter.sheet([
    pictureOf(600, 300, [1, 2, 3]),
    pictureOf(50, 50, [4, 5, 6]),
  ])
  expect(Math.abs(middles[0]!.x - 550)).toBeLessThan(12)
  expect(middles[0]!.y).toBeGreaterThan(220)
  expect(middles[0]!.y).toBeLessThan(380)
  const label = (x: number, y: number) =>
    labels[Math.floor((y * width) / WIDTH) * width + Math.floor((x * width) / WIDTH)]
  expect([label(600, 300), label(200, 300), label(20, 20), label(400, 300)]).toEqual([1, 0, 2, 0])
  const { x, y } = middles[1]!
  expect(label(x, y)).toBe(2)
})

test('M5 a line and what lies beside the page are no region', () => {
  expect(painter.region(place(102, 300))).toBeUndefined()
  expect(painter.region(place(-3, 300))).toBeUndefined()
  expect(painter.region(place(200, 601))).toBeUndefined()
})

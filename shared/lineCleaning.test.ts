import { expect, test } from 'vitest'
import { cleanLines } from './lineCleaning.ts'
import type { RgbPicture } from './picture.ts'
import { onPaper } from './transparentDrawing.ts'

const WIDTH = 600
const HEIGHT = 400

/** Paper lit from the left, a shadow over its lower half, and what `ink` leaves of the light at each place. */
function sheet(ink: (x: number, y: number) => readonly [number, number, number]): RgbPicture {
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT)
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const x = at % WIDTH
    const y = Math.floor(at / WIDTH)
    const light = (240 - x / 6) * (y > 200 ? 0.6 : 1)
    // Grain that any two runs have alike.
    const grain = ((x * 31 + y * 17) % 7) - 3
    ink(x, y).forEach((left, channel) => (rgb[3 * at + channel] = Math.max(0, left * light + grain)))
  }
  return { width: WIDTH, height: HEIGHT, rgb }
}

const blank = [1, 1, 1] as const
const at = (page: { width: number; grey: Uint8Array }, x: number, y: number) => page.grey[y * page.width + x]!
const darkest = (page: { width: number; grey: Uint8Array }, x: number, y: number) =>
  Math.min(...[-1, 0, 1].map((step) => at(page, x + step, y)))

test('L9 paper becomes white in light and in shadow, its edge too, and a faint line dark', () => {
  const page = cleanLines(sheet((x) => (Math.abs(x - 300) < 2 ? [0.75, 0.75, 0.75] : blank)))
  for (const [x, y] of [
    [20, 20],
    [580, 20],
    [20, 380],
    [580, 380],
    [100, 200],
    [500, 201],
  ] as const)
    expect(at(page, x, y)).toBe(255)
  for (const y of [20, 190, 212, 380]) expect(darkest(page, 300, y)).toBeLessThan(60)
})

test('L9 a deep shadow that reaches the border is paper, its cut off corner too, and the lines in it stay', () => {
  const dim = (x: number, y: number) => (1 - (0.3 * x) / WIDTH) * (y > 460 - x ? 0.7 : 1)
  const page = cleanLines(
    sheet((x, y) => {
      const left = dim(x, y) * (Math.abs(x - 520) < 2 || Math.abs(y - 330) < 2 ? 0.6 : 1)
      return [left, left, left]
    }),
  )
  for (const y of [20, 250, 390]) expect(darkest(page, 520, y)).toBeLessThan(90)
  for (const [x, y] of [
    [590, 390],
    [590, 300],
    [70, 396],
    [100, 396],
    [480, 100],
  ] as const)
    expect(at(page, x, y), `${x}, ${y}`).toBe(255)
})

test('L9 the weight of a line stays: half as strong comes out grey, not black and not gone', () => {
  const page = cleanLines(
    sheet((x) =>
      Math.abs(x - 200) < 3 ? [0.3, 0.3, 0.3] : Math.abs(x - 240) < 3 ? [0.72, 0.72, 0.72] : blank,
    ),
  )
  expect(at(page, 200, 100)).toBeLessThan(10)
  expect(at(page, 240, 100)).toBeGreaterThan(60)
  expect(at(page, 240, 100)).toBeLessThan(210)
})

test('L9 solid black is ink, however wide', () => {
  const page = cleanLines(sheet((x, y) => (Math.hypot(x - 300, y - 120) < 60 ? [0.08, 0.08, 0.08] : blank)))
  expect(at(page, 300, 120)).toBeLessThan(40)
})

test('L9 dust goes, a dot that was drawn stays', () => {
  const page = cleanLines(
    sheet((x, y) => {
      if (Math.hypot(x - 100, y - 100) < 1.2) return [0.6, 0.6, 0.6]
      if (Math.hypot(x - 200, y - 100) < 5) return [0.2, 0.2, 0.2]
      return Math.abs(y - 300) < 3 ? [0.3, 0.3, 0.3] : blank
    }),
  )
  expect(at(page, 100, 100)).toBe(255)
  expect(at(page, 200, 100)).toBeLessThan(60)
})

test('L10 yellow and light blue pencils are lines', () => {
  const page = cleanLines(
    sheet((x) =>
      Math.abs(x - 150) < 3 ? [0.97, 0.9, 0.35] : Math.abs(x - 450) < 3 ? [0.6, 0.85, 0.98] : blank,
    ),
  )
  for (const x of [150, 450]) for (const y of [50, 350]) expect(darkest(page, x, y)).toBeLessThan(90)
})

test('L13 of a colored picture the dark lines are taken, and its colors are paper', () => {
  const page = cleanLines(
    sheet((x, y) => {
      const away = Math.hypot(x - 300, y - 100)
      if (Math.abs(away - 80) < 3) return [0.1, 0.08, 0.1]
      return away < 80 ? [0.95, 0.4, 0.3] : x > 450 ? [0.3, 0.5, 0.9] : blank
    }),
    { isColored: true },
  )
  expect(at(page, 300, 100)).toBe(255)
  expect(at(page, 550, 100)).toBe(255)
  expect(darkest(page, 380, 100)).toBeLessThan(40)
})

test('L9 stronger makes darker, and never lighter', () => {
  const picture = sheet((x) =>
    Math.abs(x - 300) < 2 ? [0.7, 0.7, 0.7] : Math.abs(x - 320) < 3 ? [0.3, 0.3, 0.3] : blank,
  )
  const pages = [0, 0.5, 1].map((strength) => cleanLines(picture, { strength }))
  const grey = pages.map((page) => at(page, 300, 100))
  expect(grey[0]).toBeGreaterThan(grey[1]!)
  expect(grey[1]).toBeGreaterThan(grey[2]!)
})

test('L19 a drawing one can see through lies on paper; white ink on nothing is ink', () => {
  const rgba = (value: number) => {
    const bytes = new Uint8Array(4 * 10 * 10)
    for (let x = 0; x < 10; x++) bytes.set([value, value, value, x === 5 ? 200 : 255], 4 * (30 + x))
    return { width: 10, height: 10, rgba: bytes }
  }
  for (const value of [0, 255]) {
    const paper = onPaper(rgba(value))
    expect([...paper.rgb.subarray(0, 3)]).toEqual([255, 255, 255])
    expect(paper.rgb[3 * 31]).toBe(0)
    expect(paper.rgb[3 * 35]).toBe(55)
    expect(paper.isRedrawn).toBe(value === 255)
  }
})

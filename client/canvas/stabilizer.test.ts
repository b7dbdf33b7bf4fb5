import { expect, test } from 'vitest'
import { Stabilizer } from './stabilizer.ts'

const at = (x: number, y: number) => ({ x, y, pressure: 255 })

/** The path of a pen that goes right and trembles up and down by `tremble`. */
function steadied(strength: number, tremble: number, samplesEach = 1) {
  const stabilizer = new Stabilizer(strength, 1, at(0, 0))
  const path = []
  for (let i = 1; i <= 400 * samplesEach; i++) {
    const x = (8 * i) / samplesEach
    const place = stabilizer.pull(at(x, tremble * Math.sin(i / (2 * samplesEach))))
    if (place) path.push(place)
  }
  return { stabilizer, path }
}
const swing = (path: readonly { y: number }[]) => Math.max(...path.slice(40).map(({ y }) => Math.abs(y)))

test('at 0 every sample is kept as it is, pressure alone too', () => {
  const stabilizer = new Stabilizer(0, 1, at(0, 0))
  expect(stabilizer.pull(at(3, 4))).toEqual(at(3, 4))
  expect(stabilizer.pull({ ...at(4, 4), pressure: 20 })).toEqual({ x: 4, y: 4, pressure: 20 })
  expect(stabilizer.rest()).toBeNull()
})

test('a trembling hand draws the straighter, the stronger it is', () => {
  const tremble = 40
  const [none, some, much] = [0, 40, 90].map((strength) => swing(steadied(strength, tremble).path))
  expect(none).toBeGreaterThan(38)
  expect(some).toBeLessThan(0.6 * none!)
  expect(much).toBeLessThan(0.2 * none!)
})

test('a fast pen with few samples and a slow one with many draw alike', () => {
  const few = swing(steadied(60, 40).path)
  const many = swing(steadied(60, 40, 8).path)
  expect(Math.abs(few - many)).toBeLessThan(4)
})

test('trembling on the spot leaves nothing', () => {
  const stabilizer = new Stabilizer(50, 1, at(0, 0))
  for (let i = 0; i < 50; i++) expect(stabilizer.pull(at(10 * Math.sin(i), 10 * Math.cos(i)))).toBeNull()
})

test('the stroke ends where the pen did', () => {
  const { stabilizer, path } = steadied(100, 0)
  expect(path.at(-1)!.x).toBeLessThan(3200 - 80)
  stabilizer.pull({ ...at(3190, 5), pressure: 3 })
  expect(stabilizer.rest()).toEqual(at(3190, 5))
  expect(stabilizer.rest()).toBeNull()
})

test('the string is as long on the screen at any zoom', () => {
  const near = new Stabilizer(50, 4, at(0, 0))
  const far = new Stabilizer(50, 0.5, at(0, 0))
  const reach = (stabilizer: Stabilizer) => {
    let x = 0
    while (!stabilizer.pull(at(x, 0))) x++
    return x
  }
  expect(reach(far) / reach(near)).toBeCloseTo(8, 0)
})

import { expect, it } from 'vitest'
import { boxes } from './boxes.fixture.ts'
import { degraded, lineStyles } from './degrade.ts'

const picture = boxes()
const drawn = (ink: Uint8Array) => ink.reduce((sum, value) => sum + (value > 100 ? 1 : 0), 0)

it.each(lineStyles)('%s lines are worse, the same every time, and leave the truth alone', (style) => {
  const worse = degraded(picture, style)
  expect(worse.ink).not.toEqual(picture.ink)
  expect(worse.ink).toEqual(degraded(picture, style).ink)
  expect(worse.truth).toBe(picture.truth)
  expect(worse.lineStyle).toBe(style)
})

it('broken lines have gaps, and are whole elsewhere', () => {
  const { ink } = degraded(picture, 'broken')
  expect(drawn(ink)).toBeLessThan(drawn(picture.ink))
  expect(drawn(ink)).toBeGreaterThan(0.5 * drawn(picture.ink))
})

it('grey lines are faint on paper that is not quite white', () => {
  const { ink } = degraded(picture, 'grey')
  expect(Math.max(...ink)).toBeLessThan(190)
  expect(ink[0]! + ink[1]! + ink[2]!).toBeGreaterThan(0)
})

it('pencil lines are still where they were', () => {
  const { ink } = degraded(picture, 'pencil')
  const inColumns = (from: number, to: number) => {
    let sum = 0
    for (let y = 70; y < 186; y++) for (let x = from; x < to; x++) sum += ink[y * 256 + x]!
    return sum
  }
  expect(inColumns(37, 46)).toBeGreaterThan(0.4 * 255 * 3 * 116)
  expect(inColumns(70, 79)).toBe(0)
})

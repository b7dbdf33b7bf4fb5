import { describe, expect, it } from 'vitest'
import { borderShares, regionsOf, roominess } from './regions.ts'

const SIZE = 64
const work = { width: SIZE, height: SIZE, paddedWidth: SIZE, paddedHeight: SIZE }

/** A square outline, two pixels thick, from (12, 12) to (50, 50), its right side open for `gap` pixels. */
function box(gap = 0, darkness = 255): Uint8Array {
  const ink = new Uint8Array(SIZE * SIZE)
  for (let i = 12; i <= 50; i++) {
    for (const side of [12, 13, 49, 50]) {
      ink[side * SIZE + i] = darkness
      if (side < 20 || i < 30 - gap / 2 || i >= 30 + gap / 2) ink[i * SIZE + side] = darkness
    }
  }
  return ink
}
const idAt = (ink: Uint8Array, x: number, y: number) => regionsOf(ink, work).ids[y * SIZE + x]

describe('regions', () => {
  it('are one on an empty page and two with a closed outline, whose lines belong to their neighbours', () => {
    expect(regionsOf(new Uint8Array(SIZE * SIZE), work).count).toBe(1)
    const { ids, count, areas } = regionsOf(box(), work)
    expect(count).toBe(2)
    expect(areas[0]! + areas[1]!).toBe(SIZE * SIZE)
    expect(new Set(ids).size).toBe(2)
  })

  it('close a gap that is narrow against the areas on both sides, of faint lines too', () => {
    for (const darkness of [255, 70]) {
      const ink = box(5, darkness)
      expect(idAt(ink, 30, 30)).not.toBe(idAt(ink, 60, 30))
    }
  })

  it('leave a wide opening inside a drawing open', () => {
    const ink = box()
    for (let y = 12; y <= 50; y++) if (y < 22 || y > 40) ink[y * SIZE + 31] = ink[y * SIZE + 32] = 255
    expect(idAt(ink, 20, 30)).toBe(idAt(ink, 42, 30))
  })

  it('H5 cut off what a drawing nearly encloses from the open paper around it', () => {
    const ink = box(14)
    const { ids, isPaper, borders } = regionsOf(ink, work)
    const [outside, inside] = [ids[0]!, ids[30 * SIZE + 30]!]
    expect(inside).not.toBe(outside)
    expect([isPaper[outside], isPaper[inside]]).toEqual([1, 0])
    expect(borders[inside]).toBe(borders[outside])
  })

  it('take the hollow of an outline that is open to most sides for paper', () => {
    const ink = new Uint8Array(SIZE * SIZE)
    for (let i = 12; i <= 50; i++)
      for (const at of [i * SIZE + 12, 12 * SIZE + i]) ink[at] = ink[at + 1] = 255
    expect(idAt(ink, 40, 40)).toBe(idAt(ink, 3, 3))
  })

  it('keep a narrow corridor whole: its bends are as wide as itself', () => {
    const ink = new Uint8Array(SIZE * SIZE).fill(255)
    for (let x = 4; x < 40; x++) for (let y = 4; y < 9; y++) ink[y * SIZE + x] = 0
    for (let y = 4; y < 50; y++) for (let x = 36; x < 41; x++) ink[y * SIZE + x] = 0
    expect(idAt(ink, 5, 6)).toBe(idAt(ink, 38, 48))
  })

  it('see a toned area as one, dots and all', () => {
    const ink = box()
    for (let y = 16; y < 48; y++) for (let x = 16; x < 48; x++) ink[y * SIZE + x] = 90 + 40 * ((x + y) & 1)
    const { ids, count } = regionsOf(ink, work)
    expect(ids[20 * SIZE + 20]).toBe(ids[44 * SIZE + 40])
    expect(ids[20 * SIZE + 20]).not.toBe(ids[0])
    expect(count).toBeLessThan(4)
  })

  it('do not meet around the page through its padding', () => {
    const padded = { width: SIZE, height: 40, paddedWidth: SIZE, paddedHeight: SIZE }
    const ink = new Uint8Array(SIZE * SIZE)
    for (let y = 0; y < 40; y++) ink[y * SIZE + 31] = ink[y * SIZE + 32] = 255
    const { ids, count, areas } = regionsOf(ink, padded)
    expect(count).toBe(2)
    expect(areas[0]! + areas[1]!).toBe(SIZE * 40)
    expect(ids[60 * SIZE + 3]).toBe(ids[39 * SIZE + 3])
  })

  it('tell how much of the border and of the page each holds', () => {
    const regions = regionsOf(box(), work)
    const [outside, inside] = [regions.ids[0]!, regions.ids[30 * SIZE + 30]!]
    expect([borderShares(regions, work)[outside], borderShares(regions, work)[inside]]).toEqual([255, 0])
    const rooms = roominess(regions, work)
    expect(rooms[inside]).toBeGreaterThan(130)
    expect(rooms[inside]).toBeLessThan(160)
  })
})

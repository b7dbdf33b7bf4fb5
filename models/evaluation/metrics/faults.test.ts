import { expect, it } from 'vitest'
import { pixelOf } from '../../../shared/raster.ts'
import { checkerboard, patternOf } from './checkerboard.ts'
import { chromaRatio } from './chroma.ts'
import { farFrom } from './farFrom.ts'
import { hintFidelity } from './hintFidelity.ts'
import { labOf } from './lab.ts'
import { leakage, probeLeaks } from './leakage.ts'
import { nearestPainted } from './nearestStroke.ts'
import { everywhere, grey, noInk, painted } from './pictures.fixture.ts'
import { seams } from './seams.ts'
import { shadedRegions, shadingRatio } from './shading.ts'

const SIDE = 64
const lab = (color: (x: number, y: number) => number) => labOf(painted(SIDE, color).rgb)
const RED = 0xd03030
const BLUE = 0x3050c0
const halves = (x: number) => (x < 32 ? RED : BLUE)

it('nearest stroke: exact within reach, -1 beyond it', () => {
  const hints = new Uint32Array(SIDE * SIDE)
  hints[10 * SIDE + 10] = 1
  hints[10 * SIDE + 20] = 1
  const nearest = nearestPainted(hints, SIDE, 8)
  expect(nearest[10 * SIDE + 14]).toBe(10 * SIDE + 10)
  expect(nearest[12 * SIDE + 17]).toBe(10 * SIDE + 20)
  expect(nearest[18 * SIDE + 10]).toBe(10 * SIDE + 10)
  expect(nearest[19 * SIDE + 10]).toBe(-1)
})

it('leakage: nothing when the truth came out, all when the stroke took over, a part in between', () => {
  const hints = new Uint32Array(SIDE * SIDE)
  hints.fill(pixelOf(RED), 32 * SIDE + 20, 32 * SIDE + 31)
  const truth = lab(halves)
  const probe = probeLeaks(hints, truth, everywhere(SIDE), SIDE)
  expect(probe.pixels.every((at) => at % SIDE >= 32)).toBe(true)
  expect(leakage(truth, truth, probe)).toBe(0)
  expect(
    leakage(
      lab(() => RED),
      truth,
      probe,
    ),
  ).toBe(1)
  const some = leakage(
    lab((x) => (x < 40 ? RED : BLUE)),
    truth,
    probe,
  )
  expect(some).toBeGreaterThan(0.3)
  expect(some).toBeLessThan(0.9)
})

it('leakage: nothing to leak into is no number', () => {
  const hints = new Uint32Array(SIDE * SIDE).fill(pixelOf(RED), 0, 40)
  const truth = lab(() => RED)
  expect(leakage(truth, truth, probeLeaks(hints, truth, everywhere(SIDE), SIDE))).toBeNaN()
})

it('hints: the median and 95th percentile of what lies under them', () => {
  const kept = new Uint32Array(SIDE * SIDE).fill(pixelOf(RED), 0, 100)
  expect(
    hintFidelity(
      lab(() => RED),
      kept,
    ),
  ).toEqual({ median: 0, p95: 0 })
  const tenth = hintFidelity(
    lab((x, y) => (y === 0 && x < 10 ? BLUE : RED)),
    kept,
  )!
  expect(tenth.median).toBe(0)
  expect(tenth.p95).toBeGreaterThan(20)
  expect(
    hintFidelity(
      lab(() => RED),
      new Uint32Array(SIDE * SIDE),
    ),
  ).toBeUndefined()
})

it('chroma: half as colorful is about half, grey truths are no number', () => {
  const truth = lab(() => 0xff0000)
  expect(chromaRatio(truth, truth, everywhere(SIDE))).toBe(1)
  expect(
    chromaRatio(
      lab(() => grey(90)),
      truth,
      everywhere(SIDE),
    ),
  ).toBeCloseTo(0, 3)
  expect(
    chromaRatio(
      truth,
      lab(() => grey(90)),
      everywhere(SIDE),
    ),
  ).toBeNaN()
})

it('far from a stroke: more than 32 pixels', () => {
  const added = new Uint32Array(SIDE * SIDE)
  added[0] = 1
  const far = farFrom(added, everywhere(SIDE), SIDE)
  expect([far[32], far[33], far[33 * SIDE]]).toEqual([0, 1, 1])
})

it('seams: steps that neither truth nor lines have', () => {
  const flat = lab(() => RED)
  expect(seams(flat, flat, noInk(SIDE), SIDE)).toBe(0)
  // One of 61 columns of pairs, of about as many pairs across as down.
  expect(seams(lab(halves), flat, noInk(SIDE), SIDE)).toBeCloseTo(1000 / 122, 0)
  expect(seams(lab(halves), lab(halves), noInk(SIDE), SIDE)).toBe(0)
  const line = noInk(SIDE).map((_, at) => (Math.abs((at % SIDE) - 31.5) < 1 ? 255 : 0))
  expect(seams(lab(halves), flat, line, SIDE)).toBe(0)
})

it('checkerboard: sees patterns of two and of four pixels, not edges that the truth has', () => {
  const flat = patternOf(
    painted(SIDE, () => grey(100)),
    noInk(SIDE),
  )
  for (const block of [1, 2]) {
    const board = painted(SIDE, (x, y) =>
      grey((Math.floor(x / block) + Math.floor(y / block)) % 2 ? 96 : 104),
    )
    expect(checkerboard(patternOf(board, noInk(SIDE)), flat)).toBeCloseTo(4, 5)
  }
  const edge = patternOf(painted(SIDE, halves), noInk(SIDE))
  expect(checkerboard(edge, edge)).toBe(0)
})

it('shading: 1 for the truth, 0 for a flat result, no number for a flat truth', () => {
  const shaded = lab((x) => grey(100 + x))
  const regions = shadedRegions(shaded, everywhere(SIDE), SIDE)
  expect(regions).toHaveLength(1)
  expect(shadingRatio(shaded, shaded, regions)).toBe(1)
  const flat = lab(() => grey(130))
  expect(shadingRatio(flat, shaded, regions)).toBeCloseTo(0, 5)
  expect(shadingRatio(flat, flat, shadedRegions(flat, everywhere(SIDE), SIDE))).toBeNaN()
})

it('shading: a step parts regions, flat ones do not count', () => {
  const steps = lab((x) => (x < 32 ? grey(100 + x) : RED))
  const regions = shadedRegions(steps, everywhere(SIDE), SIDE)
  expect(regions.map((region) => region.length)).toEqual([32 * SIDE])
  expect(shadedRegions(lab(halves), everywhere(SIDE), SIDE)).toEqual([])
})

import { describe, expect, it } from 'vitest'
import { HintMapper } from '../shared/hintmap.ts'
import { pixelOf } from '../shared/raster.ts'
import { borderShares, regionsOf } from '../shared/regions.ts'
import { segmentsOf } from '../shared/segments.ts'
import { exactOffsets } from './exact.ts'
import { guessColors, guessShare } from './guess.ts'
import { segmentMeans, shiftSegments } from './segmentColors.ts'
import { Shapes } from './shapes.ts'
import { settledOffsets, unhintedOffsets } from './unhinted.ts'

const SIZE = 96
const work = { width: SIZE, height: SIZE, paddedWidth: SIZE, paddedHeight: SIZE }

/** Six boxes on a white page: four equal ones, a wide and a tall one. */
const ink = new Uint8Array(SIZE * SIZE)
function draw(left: number, top: number, width: number, height: number): void {
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const edge = Math.min(x - left, y - top, left + width - 1 - x, top + height - 1 - y)
      if (edge < 2) ink[y * SIZE + x] = 255
    }
  }
}
for (const left of [4, 26, 48, 70]) draw(left, 6, 20, 20)
draw(4, 34, 60, 24)
draw(70, 34, 22, 54)
const regions = regionsOf(ink, work)
const borders = borderShares(regions, work)
const shapes = new Shapes(regions, work)
const idAt = (x: number, y: number) => regions.ids[y * SIZE + x]!

/** What the network says without hints: the same tan everywhere but on the paper. */
const leaning = new Float64Array(3 * regions.count)
for (let id = 0; id < regions.count; id++)
  leaning.set(id === idAt(0, 0) ? [1, 1, 1] : [0.8, 0.7, 0.5], 3 * id)
const guess = (of = leaning) => guessColors({ regions, borders, shapes, leaning: of, ink, width: SIZE })
const colorOf = (colors: Float64Array, id: number) => [...colors.subarray(3 * id, 3 * id + 3)]

function hinted(x: number, y: number) {
  const pixels = new Uint32Array(SIZE * SIZE)
  pixels[y * SIZE + x] = pixelOf(0x204080)
  const map = new HintMapper({ ink, work, regions }).spread(pixels)
  return { segments: segmentsOf(regions, map, ink) }
}

const noTwins = ({ count }: { count: number }) => new Int32Array(count).fill(-1)

describe('guess', () => {
  it('E6 leaves the paper white, gives regions different colors and equal shapes the same', () => {
    const colors = guess()
    expect(colorOf(colors, idAt(0, 0))).toEqual([1, 1, 1])
    expect(colorOf(colors, idAt(12, 16))).toEqual(colorOf(colors, idAt(78, 16)))
    const kinds = [idAt(12, 16), idAt(30, 46), idAt(80, 60)].map((id) => colorOf(colors, id).join())
    expect(new Set(kinds).size).toBe(3)
  })

  it('E6 follows the network where it leans to a color, and is the same every time', () => {
    const green = leaning.slice()
    green.set([0.3, 0.8, 0.3], 3 * idAt(30, 46))
    const [r, g, b] = colorOf(guess(green), idAt(30, 46)) as [number, number, number]
    expect(g).toBeGreaterThan(Math.max(r, b))
    expect(guess(green)).toEqual(guess(green))
  })

  it('E6 gives way as hints cover the figure, and never touches what is hinted', () => {
    const { segments } = hinted(30, 46)
    const share = guessShare(regions, borders, segments)
    // A third of the figure is hinted, by one stroke: the others keep most of their color.
    expect(share).toBeGreaterThan(0.7)
    expect(share).toBeLessThan(1)
    const means = new Float64Array(3 * segments.count)
    const offsets = unhintedOffsets(
      { colors: guess(), share, twins: noTwins(segments), borders },
      segments,
      means,
    )
    expect(colorOf(offsets, segments.ids[46 * SIZE + 30]!)).toEqual([0, 0, 0])
    expect(colorOf(offsets, segments.ids[16 * SIZE + 12]!)).not.toEqual([0, 0, 0])
  })

  it('E6 makes faintly tinted paper white, and leaves other colors alone once the guess is gone', () => {
    const { segments } = hinted(30, 46)
    const paper = segments.ids[0]!
    const [box, means] = [segments.ids[16 * SIZE + 12]!, new Float64Array(3 * segments.count).fill(0.8)]
    const offsets = unhintedOffsets(
      { colors: undefined, share: 0, twins: noTwins(segments), borders },
      segments,
      means,
    )
    expect(colorOf(offsets, paper).map((value) => value.toFixed(3))).toEqual(['0.200', '0.200', '0.200'])
    expect(colorOf(offsets, box)).toEqual([0, 0, 0])
  })
})

it('E7 exact mode moves a hinted region to its hint as a whole: the shading stays, the rest is untouched', () => {
  const { segments } = hinted(30, 46)
  const [bright, dark, other] = [46 * SIZE + 20, 46 * SIZE + 40, 16 * SIZE + 12]
  const rgb = new Uint8Array(3 * ink.length).fill(128)
  rgb[3 * bright] = 153
  rgb[3 * dark] = 102
  const picture = { width: SIZE, height: ink.length / SIZE, rgb }
  const redOf = (at: number) => segmentMeans(picture, segments, ink, SIZE)[3 * segments.ids[at]!]! * 255
  const means = segmentMeans(picture, segments, ink, SIZE)
  const others = new Float64Array(means.length)
  shiftSegments(picture, segments, exactOffsets(means, segments, noTwins(segments), others), SIZE)
  expect(Math.abs(redOf(bright) - 0x20)).toBeLessThanOrEqual(0.5)
  expect(rgb[3 * bright]! - rgb[3 * dark]!).toBe(51)
  expect(rgb[3 * other]).toBe(128)
})

it('E6 refining leaves paper white and twins in their color, shading and all else free', () => {
  const { segments } = hinted(30, 46)
  const [paper, twin, other] = [
    segments.ids[0]!,
    segments.ids[16 * SIZE + 12]!,
    segments.ids[60 * SIZE + 80]!,
  ]
  const twins = noTwins(segments)
  twins[twin] = segments.ids[46 * SIZE + 30]!
  const before = new Float64Array(3 * segments.count).fill(0.5)
  before.fill(1, 3 * paper, 3 * paper + 3)
  const offsets = settledOffsets(segments, twins, before, new Float64Array(3 * segments.count).fill(0.75))
  expect(colorOf(offsets, paper)).toEqual([0.25, 0.25, 0.25])
  expect(colorOf(offsets, twin)).toEqual([-0.25, -0.25, -0.25])
  expect(colorOf(offsets, other)).toEqual([0, 0, 0])
})

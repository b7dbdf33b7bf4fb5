import { expect, it } from 'vitest'
import { pixelOf } from '../shared/raster.ts'
import { paintPicture, paintSegments } from './segmentColors.ts'
import { inputTensor, rgbOf } from './tensor.ts'

const red = pixelOf(0xff0000)
const white = pixelOf(0xffffff)

/** 4 x 4: a red hint top left, a white one top right, ink bottom right. */
const state = {
  width: 4,
  height: 4,
  ink: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255),
  border: new Uint8Array(16).fill(102),
  room: new Uint8Array(16).fill(204),
  open: new Uint8Array(16).fill(51),
  hints: Uint32Array.of(red, 0, white, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  map: {
    color: new Uint32Array(16).fill(red),
    reach: new Uint8Array(16).fill(255),
    near: new Uint8Array(16).fill(51),
  },
}
const names = [
  'ink',
  'hint.r',
  'hint.g',
  'hint.b',
  'map.r',
  'map.g',
  'map.b',
  'map.reach',
  'map.near',
  'page.border',
  'page.room',
  'page.open',
]

it('E4 puts each channel where the manifest names it, unpainted as -1', () => {
  const { data, channels, width, height } = inputTensor(state, names, 1)
  expect([channels, width, height]).toEqual([12, 4, 4])
  const plane = (name: string) => [...data.subarray(16 * names.indexOf(name), 16 * names.indexOf(name) + 16)]
  expect(plane('ink').slice(8)).toEqual([0, 0, 1, 1, 0, 0, 1, 1])
  expect(plane('hint.r').slice(0, 4)).toEqual([1, -1, 1, -1])
  expect(plane('hint.g').slice(0, 4)).toEqual([0, -1, 1, -1])
  expect(plane('map.r')[7]).toBe(1)
  expect(plane('map.g')[7]).toBe(0)
  expect(plane('map.near')[3]).toBeCloseTo(0.2)
  expect(plane('page.border')[3]).toBeCloseTo(0.4)
  expect(plane('page.room')[3]).toBeCloseTo(0.8)
})

it('E4 halves by the mean, hints by the mean of the painted pixels', () => {
  const { data, width } = inputTensor(state, names, 0.5)
  expect(width).toBe(2)
  expect([...data.subarray(0, 4)]).toEqual([0, 0, 0, 1])
  expect([...data.subarray(8, 12)]).toEqual([0, 1, -1, -1])
})

it('E4 hands the draft on, its edges repeated in the padding, and its flats, each plane where it is named', () => {
  const layer = { width: 3, height: 2, rgb: new Uint8Array(18) }
  layer.rgb.set([0, 0, 0, 51, 0, 0, 255, 0, 0])
  const work = { width: 3, height: 2, paddedWidth: 4, paddedHeight: 4 }
  const segments = { ids: new Int32Array(16).fill(1), count: 2 }
  const named = ['flats.r', 'flats.g', 'flats.b', 'ink', 'draft.r', 'draft.g', 'draft.b']
  const { data } = inputTensor(state, named, 1, {
    draft: (planes) => paintPicture(layer, work, planes),
    flats: (planes) => paintSegments(Float64Array.of(9, 9, 9, 0.1, 0.2, 0.3), segments, planes),
  })
  const row = (channel: number, y: number) =>
    Array.from(
      data.subarray(16 * channel + 4 * y, 16 * channel + 4 * y + 4),
      (value) => Math.round(10 * value) / 10,
    )
  expect([row(0, 3), row(1, 0), row(2, 0)].map(([value]) => value)).toEqual([0.1, 0.2, 0.3])
  expect(row(4, 0)).toEqual([0, 0.2, 1, 1])
  expect(row(4, 3)).toEqual(row(4, 1))
  expect(() => inputTensor(state, named, 1)).toThrow(/need a draft/)
})

it('E4 keeps no page in the place of another', () => {
  const first = inputTensor(state, ['ink'], 1).data
  const other = { ...state, ink: new Uint8Array(16).fill(255) }
  expect([...inputTensor(other, ['ink'], 1).data]).toEqual(new Array(16).fill(1))
  expect(inputTensor(state, ['ink'], 1).data).toEqual(first)
})

it('E4 refuses a channel it does not know', () => {
  expect(() => inputTensor(state, ['map.magic'], 1)).toThrow(/map.magic/)
})

it('E4 cuts the padding off and never gives garbage for a number that is none', () => {
  const data = new Float32Array(48).fill(0.5)
  data[0] = NaN
  data[1] = -3
  data[2] = 7
  const { rgb } = rgbOf({ data, channels: 3, width: 4, height: 4 }, { width: 3, height: 2 })
  expect(rgb.length).toBe(18)
  expect([rgb[0], rgb[3], rgb[6], rgb[9]]).toEqual([255, 0, 255, 128])
})

/** What versions look like, with the real networks and the real image process. */
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { plainLook } from '../../shared/pageSettings.ts'
import { addStroke, packStroke } from '../../shared/strokes.ts'
import { openColoring, type Coloring } from '../coloring/coloring.ts'
import { openImages, type Images } from '../images/images.ts'
import type { Room } from '../rooms/room.ts'
import type { FinishedRecord } from '../storage/store.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import { openPictures } from './pictures.ts'

const [WIDTH, HEIGHT] = [1600, 960]
const log = { info: () => {}, warn: () => {} }
let images: Images
let coloring: Coloring
let line: Uint8Array
let frame: Uint8Array

beforeAll(async () => {
  images = openImages({ log })
  coloring = await openColoring({ threads: 2, log, events: { frame() {}, status() {} } })
  line = await boxes()
  frame = await sharp({ create: { width: 512, height: 308, channels: 3, background: '#33aa55' } })
    .webp()
    .toBuffer()
})
afterAll(() => Promise.all([images.close(), coloring.close()]))

/** Two boxes beside each other. */
function boxes(): Promise<Uint8Array> {
  const grey = Buffer.alloc(WIDTH * HEIGHT, 255)
  const half = WIDTH / 2
  for (let y = 80; y < HEIGHT - 80; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const edge = Math.min((x % half) - 80, half - 80 - (x % half), y - 80, HEIGHT - 80 - y)
      if (edge >= 0 && edge < 14) grey[y * WIDTH + x] = 0
    }
  }
  return sharp(grey, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .png()
    .toBuffer()
}

function document(...dabs: [x: number, color: number][]): Uint8Array {
  const doc = new Y.Doc()
  for (const [x, color] of dabs)
    addStroke(
      doc,
      packStroke({
        id: `${x}`,
        by: 'ann',
        tool: 'brush',
        color,
        width: 400,
        points: [8 * x, 8 * 400, 255, 8 * (x + 200), 8 * 560, 255],
      }),
    )
  return Y.encodeStateAsUpdate(doc)
}

async function pictures(isReady: boolean) {
  const store = memoryStore()
  const room = {
    id: 'r',
    title: '',
    width: WIDTH,
    height: HEIGHT,
    keyHashes: { host: new Uint8Array(), edit: new Uint8Array(), view: new Uint8Array() },
    generations: { host: 0, edit: 0, view: 0 },
    locked: false,
  }
  await store.addRoom(room, line)
  let newest: Uint8Array | undefined = frame
  return {
    ...openPictures({
      store,
      images,
      coloring: { ...coloring, isReady: () => isReady },
      newest: () => Promise.resolve(newest && ({ bytes: newest } as never)),
    }),
    withoutFrame: () => (newest = undefined),
  }
}
let finished: readonly FinishedRecord[] = []
const room = {
  id: 'r',
  snapshot: () => Promise.resolve({ seq: 1, bytes: document([300, 0xd9452f]) }),
  finished: { patches: () => finished },
  look: () => plainLook,
} as unknown as Room

/** The color at a share of the width, in the middle of the height. */
async function at(webp: Uint8Array, x: number): Promise<number[]> {
  const { data, info } = await sharp(webp).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const offset = 3 * (Math.floor(info.height / 2) * info.width + Math.floor(x * info.width))
  return [...data.subarray(offset, offset + 3)]
}
const isNear = (color: number[], wanted: number[], within = 40) =>
  expect(Math.max(...color.map((value, i) => Math.abs(value - wanted[i]!))), `${color}`).toBeLessThan(within)
const RED = [0xd9, 0x45, 0x2f]
const BLUE = [0x30, 0x60, 0xd0]

it('T4 a version is shown large as the networks color its own strokes, and is made once', async () => {
  const { preview } = await pictures(true)
  let asked = 0
  const snapshot = () => {
    asked++
    return Promise.resolve({ seq: 1, bytes: document([300, 0xd9452f], [1100, 0x3060d0]) })
  }
  const [one, two] = await Promise.all([preview(room, 'v', snapshot), preview(room, 'v', snapshot)])
  expect(await preview(room, 'v', snapshot)).toBe(one)
  expect(two).toBe(one)
  expect(asked).toBe(1)
  const { width, height, format } = await sharp(one).metadata()
  expect([width, height, format]).toEqual([1536, 922, 'webp'])
  isNear(await at(one, 0.12), RED)
  isNear(await at(one, 0.9), BLUE)
  isNear(await at(one, 86 / WIDTH), [0, 0, 0])
})

it('T4 what is kept with it is a small picture of the newest frame, lines over it', async () => {
  const { thumbnail, now } = await pictures(true)
  const small = await thumbnail(room, room.snapshot())
  expect(await sharp(small).metadata()).toMatchObject({ width: 320, height: 192, format: 'webp' })
  expect(small.length).toBeLessThan(20_000)
  isNear(await at(small, 0.5), [0x33, 0xaa, 0x55], 16)
  isNear(await at(small, 86 / WIDTH), [0, 0, 0], 90)
  expect(await sharp(await now(room)).metadata()).toMatchObject({ width: 1536 })
})

it('T4 without a colorist, and before the first frame, the hints are spread over the page', async () => {
  const down = await pictures(false)
  const fresh = await pictures(true)
  fresh.withoutFrame()
  for (const each of [down, fresh]) {
    const small = await each.thumbnail(room, room.snapshot())
    isNear(await at(small, 0.12), RED)
    isNear(await at(small, 0.9), [255, 255, 255], 16)
  }
  const snapshot = () => Promise.resolve({ seq: 1, bytes: document([1100, 0x3060d0]) })
  const large = await down.preview(room, 'v', snapshot)
  isNear(await at(large, 0.9), BLUE)
  // Not remembered: with a colorist it is colored.
  expect(await down.preview(room, 'v', snapshot)).not.toBe(large)
})

it('M2 a preview is made anew when other regions are finished than before', async () => {
  const { preview } = await pictures(true)
  const snapshot = () => Promise.resolve({ seq: 1, bytes: document([300, 0xd9452f]) })
  const before = await preview(room, 'v', snapshot)
  const green = { create: { width: 40, height: 60, channels: 4, background: '#22aa44' } } as const
  const picture = await sharp(green).png().toBuffer()
  const about = { id: 'a', guest: 'ann', x: 8, y: 8, gap: 0, at: 0 }
  finished = [{ ...about, left: 40, top: 130, picture, flats: picture }]
  const after = await preview(room, 'v', snapshot)
  isNear(await at(before, 0.12), RED)
  isNear(await at(after, 0.12), [0x22, 0xaa, 0x44], 12)
  expect(await preview(room, 'v', snapshot)).toBe(after)
  finished = []
})

it('T4 a preview that could not be made is tried again', async () => {
  const { preview } = await pictures(true)
  await expect(preview(room, 'v', () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged')
  const snapshot = () => Promise.resolve({ seq: 1, bytes: document([300, 0xd9452f]) })
  isNear(await at(await preview(room, 'v', snapshot), 0.12), RED)
})

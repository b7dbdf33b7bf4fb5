import { afterAll, beforeAll, expect, it } from 'vitest'
import { writePsdUint8Array } from 'ag-psd'
import { encodeNurie, type NurieFile } from '../files/nurieFile.ts'
import { zip } from '../files/zip.ts'
import { openImages, type Images } from '../server/images/images.ts'
import { limits } from '../shared/limits.ts'
import { Refusal } from '../shared/refusal.ts'
import { packStroke } from '../shared/strokes.ts'
import sharp from 'sharp'
import { campaign, campaignMs, corpus, keeping, mutated } from './campaign.fixture.ts'

let images: Images
beforeAll(() => {
  images = openImages({ log: { warn: () => {} } })
})
afterAll(() => images.close())

const bounds = { ...limits, logBytes: 4 * limits.roomBytes }
const outcomes = { taken: 0, refused: 0 }

/** Whatever bytes: a drawing, a whole room, or a refusal with a code; and the next file goes on. */
const check = keeping('files', async (bytes) => {
  for (const open of [() => images.lineArt(bytes), () => images.importedRoom(bytes, bounds)]) {
    try {
      await open()
      outcomes.taken++
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      outcomes.refused++
    }
  }
})

const [width, height] = [24, 16]
const png = (channels: 3 | 4) =>
  sharp({ create: { width, height, channels, background: '#2040c0' } })
    .png()
    .toBuffer()

async function nurie(): Promise<NurieFile> {
  const stroke = (id: string) =>
    packStroke({ id, by: 'ann', tool: 'brush', color: 1, width: 8, points: [8, 8, 255, 16, 9, 90] })
  const [one, two] = [stroke('one'), stroke('two')]
  return {
    nurie: '1',
    savedAt: 9,
    title: 'x',
    width,
    height,
    line: await sharp(await png(3))
      .toColourspace('b-w')
      .png()
      .toBuffer(),
    strokes: [one],
    settings: { saturation: 1 },
    palette: { a: { name: 'A', color: 5 } },
    guests: [{ id: 'ann', name: 'Ann', color: '#aabbcc' }],
    finished: [
      {
        id: 'f',
        by: 'ann',
        x: 8,
        y: 8,
        gap: 0,
        at: 1,
        left: 0,
        top: 0,
        picture: await png(4),
        flats: await png(4),
      },
    ],
    comments: [
      { id: 'c', by: 'ann', on: null, x: 1, y: 1, text: 'hi', at: 3, edited: false, resolved: false },
    ],
    versions: [
      {
        id: 'v',
        kind: 'named',
        name: 'v',
        by: 'ann',
        at: 2,
        step: 1,
        thumbnail: await sharp(await png(3))
          .webp()
          .toBuffer(),
      },
    ],
    steps: [
      { at: 1, strokes: [{ add: [one, two] }], settings: {}, palette: {} },
      { at: 2, strokes: [{ keep: 1 }, { remove: 1 }], settings: { a: null }, palette: {} },
    ],
  }
}

/** Its entries as they are, so that a changed byte is one of their content. */
const stored = (parts: Record<string, string | Uint8Array>, mimetype: string) =>
  zip(
    Object.entries({ mimetype, ...parts }).map(([name, bytes]) => ({
      name,
      bytes: Buffer.from(bytes),
      stored: true,
    })),
  )

it('Z6 files with layers and whole rooms: every case of the corpus', async () => {
  for (const { bytes } of corpus('files')) await check(bytes)
})

it(
  'Z6 changed bytes of PSD, OpenRaster and .nurie files give a drawing, a room or a refusal, and the process goes on or is replaced',
  async () => {
    const data = new Uint8ClampedArray(4 * width * height).fill(90)
    const imageData = { width, height, data }
    const layer = { name: 'Lines', imageData }
    const stack = `<image w="${width}" h="${height}"><stack><layer name="ink" src="data/a.png" x="0" y="0"/></stack></image>`
    const sound = [
      writePsdUint8Array({ width, height, imageData, children: [layer, { name: 'x', children: [layer] }] }),
      writePsdUint8Array({ width, height, imageData, children: [layer] }, { compress: true }),
      writePsdUint8Array({ width, height, imageData, children: [] }),
      stored(
        { 'stack.xml': stack, 'data/a.png': await png(4), 'mergedimage.png': await png(4) },
        'image/openraster',
      ),
      encodeNurie(await nurie()),
    ]
    await campaign(150, mutated(sound), check)
    expect(Math.min(outcomes.taken, outcomes.refused)).toBeGreaterThan(10)
    expect((await images.lineArt(sound[0]!)).width).toBe(width)
    expect((await images.importedRoom(sound.at(-1)!, bounds)).contents.entries.length).toBeGreaterThan(1)
  },
  campaignMs,
)

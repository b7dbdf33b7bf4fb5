/** Phone photos of bundled drawings, cleaned and colored, measured against the line art they were made of. */
import { readdir, readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { expect, test } from 'vitest'
import { decodeSketch } from '../../files/image.ts'
import { analyzeLines } from '../../shared/lineAnalysis.ts'
import { cleanLines } from '../../shared/lineCleaning.ts'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { openOnnxEngine } from '../engines/onnx.ts'
import { readWeights } from '../manifest.ts'
import { PageColoring } from '../pageColoring.ts'
import { dabs } from '../sampleRoom.fixture.ts'
import { measureInk, otsu, sauvola, widened } from './inkMeasures.fixture.ts'
import { ciede2000 } from './metrics/ciede2000.ts'
import { labOf } from './metrics/lab.ts'
import { phonePhoto, type PhotoOptions } from './phonePhoto.fixture.ts'

// files/image.ts forbids it for what strangers send; here pictures are drawn with it.
sharp.unblock({ operation: ['VipsForeignLoadSvg'] })

const samples = new URL('../../server/samples/', import.meta.url)
const sample = async (name: string) => decodeSketch(await readFile(new URL(`${name}.png`, samples)))

async function pictureOf(from: Sharp): Promise<RgbPicture> {
  const { data, info } = await from
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) }
}

type Least = { f1: number; white: number }
const kinds: Record<string, [Partial<PhotoOptions>, Least]> = {
  pencil: [{}, { f1: 0.97, white: 0.999 }],
  pen: [{ isPencil: false }, { f1: 0.97, white: 0.999 }],
  noisy: [
    { noise: 8, quality: 60 },
    { f1: 0.92, white: 0.999 },
  ],
  'pencil on a desk': [{ desk: [0.2, 0.09, 0.03] }, { f1: 0.94, white: 0.995 }],
  'blue pencil': [{ pigment: [0.2, 0.35, 0.8] }, { f1: 0.87, white: 0.995 }],
  'yellow pencil': [{ pigment: [0.95, 0.75, 0.1] }, { f1: 0.77, white: 0.995 }],
}

for (const [kind, [options, least]] of Object.entries(kinds)) {
  test(`L9 a photo of a drawing by ${kind} becomes its line art, nearer than by a threshold`, async () => {
    const { picture, jpeg, truth } = await phonePhoto(await sample('bouquet'), {
      seed: 7,
      side: 800,
      ...options,
    })
    expect(analyzeLines(picture).kind).toBe('drawing')
    const cleaned = measureInk(cleanLines(picture), truth)
    expect(cleaned.f1).toBeGreaterThan(least.f1)
    expect(cleaned.white).toBeGreaterThan(least.white)
    expect(cleaned.falseInk).toBeLessThan(0.0005)
    const grey = await decodeSketch(jpeg)
    // A pen's black is easy to tell: there a good threshold is as good.
    expect(cleaned.f1 + 0.01).toBeGreaterThan(measureInk(sauvola(grey), truth).f1)
    expect(cleaned.f1).toBeGreaterThan(measureInk(otsu(grey), truth).f1 + 0.2)
  })
}

test('L11 every bundled drawing is clean: nobody who brings line art is asked', async () => {
  const drawings = (await readdir(samples)).filter((file) => file.endsWith('.png'))
  expect(drawings.length).toBeGreaterThan(10)
  for (const file of drawings) {
    const bytes = await readFile(new URL(file, samples))
    expect(analyzeLines(await pictureOf(sharp(bytes))).kind, file).toBe('clean')
    if (file > 'cats.png') continue
    // Small and as JPEG: what messengers make of it.
    const small = await sharp(bytes).resize(500, 500, { fit: 'inside' }).jpeg({ quality: 75 }).toBuffer()
    expect(analyzeLines(await pictureOf(sharp(small))).kind, `${file}, small`).toBe('clean')
  }
})

test('L12 the bundled drawings in color are colored pictures, and their lines come back', async () => {
  for (const name of ['cats', 'bouquet', 'turkey']) {
    const picture = await pictureOf(sharp(await readFile(new URL(`${name}.webp`, samples))))
    expect(analyzeLines(picture).kind).toBe('colored')
    const { width, height } = picture
    const truth = await pictureOf(
      sharp(await readFile(new URL(`${name}.png`, samples))).resize(width, height, { fit: 'fill' }),
    )
    const grey = truth.rgb.filter((_, at) => at % 3 === 0)
    const lines = measureInk(cleanLines(picture, { isColored: true }), { width, height, grey })
    expect(lines.f1).toBeGreaterThan(0.97)
    expect(lines.white).toBeGreaterThan(0.99)
  }
})

const drawn = (body: string) =>
  pictureOf(
    sharp(
      Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">${body}</svg>`),
    ).flatten({
      background: '#fff',
    }),
  )
const flat = (background: string, blur = 0) => {
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 40 }
  const picture = sharp({
    create: { width: 640, height: 480, channels: 3, background, ...(blur && { noise }) },
  })
  return pictureOf(blur ? picture.blur(blur) : picture)
}
const sky =
  '<linearGradient id="g" x2="1" y2="1"><stop stop-color="#246"/><stop offset="1" stop-color="#fc8"/></linearGradient>' +
  '<rect width="800" height="600" fill="url(#g)"/>'
const black = '<rect width="800" height="600"/>'

const strip = (width: number, height: number) =>
  Promise.resolve({ width, height, rgb: new Uint8Array(3 * width * height).fill(255) })

const others: [string, string, () => Promise<RgbPicture>][] = [
  ['a blank page', 'no-lines', () => flat('#fff')],
  ['one pixel', 'no-lines', () => strip(1, 1)],
  ['a strip', 'no-lines', () => strip(1, 5000)],
  ['a grey wall', 'no-lines', () => flat('#999')],
  ['a picture out of focus', 'no-lines', () => flat('#807060', 6)],
  ['noise', 'no-lines', () => flat('#807060', 0.3)],
  ['a sky', 'no-lines', () => drawn(sky)],
  ['nothing but black', 'too-dark', () => flat('#000')],
  ['a dark wall', 'too-dark', () => flat('#202020')],
  [
    'white lines on black',
    'inverted',
    () => drawn(`${black}<circle cx="400" cy="300" r="200" stroke="#fff" stroke-width="6"/>`),
  ],
  [
    'a thin drawing',
    'clean',
    () => drawn('<circle cx="400" cy="300" r="200" stroke="#000" stroke-width="2" fill="none"/>'),
  ],
  [
    'much solid black',
    'clean',
    () =>
      drawn(
        '<rect width="400" height="600"/><circle cx="600" cy="300" r="99" fill="none" stroke="#000" stroke-width="6"/>',
      ),
  ],
  [
    'lines in blue on white',
    'clean',
    () => drawn('<circle cx="400" cy="300" r="200" stroke="#48f" stroke-width="6" fill="none"/>'),
  ],
  [
    'two fills of color',
    'colored',
    () =>
      drawn(
        '<circle cx="400" cy="300" r="200" stroke="#000" stroke-width="6" fill="#fa8"/><rect x="20" y="20" width="200" height="150" fill="#8cf" stroke="#000" stroke-width="5"/>',
      ),
  ],
]

test.each(others)('L12 %s is %s', async (_, kind, picture) => {
  expect(analyzeLines(await picture()).kind).toBe(kind)
})

test('L14 a cleaned photo is colored nearly as the drawing it was taken of, the photo as it is is not', async () => {
  const { picture, jpeg, truth } = await phonePhoto(await sample('fairy'), { seed: 7, side: 800 })
  const strokes = dabs(truth, 16)
  const models = await readWeights()
  const engine = await openOnnxEngine({ weights: models, threads: 2 })
  const colored = async (page: GreyPage) => {
    const coloring = new PageColoring({ engine, models, page })
    coloring.setStrokes(strokes)
    await coloring.draft()
    return coloring.refine()
  }
  try {
    const wanted = await colored(truth)
    const { width, height } = wanted
    const grey = await sharp(truth.grey, { raw: { width: truth.width, height: truth.height, channels: 1 } })
      .resize(width, height)
      .toColourspace('b-w')
      .raw()
      .toBuffer()
    const isNearInk = widened(
      Uint8Array.from(grey, (value) => +(value < 250)),
      { width, height },
      3,
    )
    const other = labOf(wanted.rgb)
    const away = async (page: GreyPage) => {
      const own = labOf((await colored(page)).rgb)
      const off = Array.from(isNearInk.keys()).filter((at) => !isNearInk[at])
      return off.filter((at) => ciede2000(own, at, other, at) > 10).length / off.length
    }
    expect(await away(cleanLines(picture))).toBeLessThan(0.02)
    expect(await away(await decodeSketch(jpeg))).toBeGreaterThan(0.08)
  } finally {
    await engine.close()
  }
})

import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { plainLook } from '../../shared/pageSettings.ts'
import { Refusal } from '../../shared/refusal.ts'
import { openImages, type Images } from './images.ts'

let images: Images
beforeAll(() => {
  images = openImages({ log: { warn: () => {} } })
})
afterAll(() => images.close())

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'white' } })
const flat = (background: string) => sharp({ create: { width: 64, height: 32, channels: 3, background } })
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

describe('image process', () => {
  it('U3 keeps line art at its own size up to 4096, as a grey PNG without metadata', async () => {
    const upload = await canvas(500, 300)
      .withExif({ IFD3: { GPSLatitudeRef: 'N' } })
      .jpeg()
      .toBuffer()
    expect((await sharp(upload).metadata()).exif).toBeDefined()
    const line = await images.lineArt(upload)
    expect(line).toMatchObject({ width: 500, height: 300 })
    const metadata = await sharp(line.png).metadata()
    expect(metadata).toMatchObject({ format: 'png', channels: 1 })
    expect(metadata.exif).toBeUndefined()
    expect(await images.lineArt(await canvas(5000, 100).png().toBuffer())).toMatchObject({ width: 4096 })
    expect(await images.sketch(await canvas(5000, 100).png().toBuffer())).toMatchObject({ width: 5000 })
  })

  it('U2 gives every refusal its code, and goes on with the next picture', async () => {
    const jobs = [
      refusal(images.lineArt(new Uint8Array())),
      refusal(images.lineArt(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))),
      refusal(images.lineArt((await canvas(200, 200).png().toBuffer()).subarray(0, 60))),
      refusal(images.lineArt(await canvas(6000, 5000).png().toBuffer())),
      refusal(images.lineArt(await canvas(16383, 16383).png().toBuffer())),
      refusal(images.lineArt(Buffer.alloc(11 * 1024 * 1024))),
      refusal(images.lineArt(await canvas(9, 9).png().toBuffer())),
    ]
    expect(await Promise.all(jobs)).toEqual([
      'not-an-image',
      'not-an-image',
      'broken-image',
      'too-many-pixels',
      'too-many-pixels',
      'image-too-large',
      'taken',
    ])
  })

  it('puts a color layer under the lines at the line art’s size', async () => {
    const line = await images.lineArt(await canvas(64, 32).png().toBuffer())
    const rgb = Uint8Array.from({ length: 3 * 16 * 8 }, (_, i) => [10, 200, 30][i % 3]!)
    const png = await images.composite(line, { width: 16, height: 8, rgb }, plainLook)
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 64, height: 32, channels: 3 })
    expect([...data.subarray(300, 303)]).toEqual([10, 200, 30])
  })

  it('gives the color layer alone without the lines', async () => {
    const black = await flat('black').png().toBuffer()
    const line = await images.lineArt(black)
    const rgb = Uint8Array.from({ length: 3 * 16 * 8 }, (_, i) => [10, 200, 30][i % 3]!)
    const layer = { width: 16, height: 8, rgb }
    const pixel = async (png: Uint8Array) => [...(await sharp(png).raw().toBuffer()).subarray(300, 303)]
    expect(await pixel(await images.color(line, layer, plainLook))).toEqual([10, 200, 30])
    expect(await pixel(await images.composite(line, layer, plainLook))).toEqual([0, 0, 0])
  })

  it('K2 every picture has the page’s saturation and the opacity of its lines', async () => {
    const black = await images.lineArt(await flat('black').png().toBuffer())
    const white = await images.lineArt(await flat('white').png().toBuffer())
    const rgb = Uint8Array.from({ length: 3 * 16 * 8 }, (_, i) => [255, 0, 0][i % 3]!)
    const layer = { width: 16, height: 8, rgb }
    const look = { saturation: 0, lineOpacity: 0.5 }
    const pixel = async (picture: Uint8Array) => [
      ...(await sharp(picture).removeAlpha().raw().toBuffer()).subarray(300, 303),
    ]
    expect(await pixel(await images.composite(white, layer, look))).toEqual([54, 54, 54])
    expect(await pixel(await images.composite(black, layer, look))).toEqual([27, 27, 27])
    expect(await pixel(await images.color(black, layer, look))).toEqual([54, 54, 54])
    const doc = new Y.Doc()
    doc.getMap('page').set('saturation', 0)
    const document = Y.encodeStateAsUpdate(doc)
    const [red = 0, green = 0] = await pixel(await images.picture(white.png, { layer }, { document }, 64))
    expect([red > 45 && red < 63, green === red]).toEqual([true, true])
  })
})

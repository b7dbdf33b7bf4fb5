/** What comes out of the image process: pixels and nothing else, upright, whatever went in. */
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { chunksOf, pngChunk, withChunks } from '../../files/hostilePictures.fixture.ts'
import { openImages } from './images.ts'

const images = openImages({ log: { warn: () => {} } })
afterAll(() => images.close())

const hintsOf = async (upload: Uint8Array) => {
  const hints = await images.hints(upload, { width: 1, height: 1 })
  return 'png' in hints ? hints.png : new Uint8Array()
}

const SECRET = 'Elm Street 13'
const formats = ['png', 'jpeg', 'webp'] as const
const blank = () => sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
const marked = (format: (typeof formats)[number]) =>
  blank()
    .withExif({
      IFD0: { ImageDescription: SECRET },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
    })
    .withXmp(
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="${SECRET}"/></rdf:RDF></x:xmpmeta>`,
    )
    .withIccProfile('p3')
    .toFormat(format)
    .toBuffer()

const bare = (png: Uint8Array) => [...new Set(chunksOf(png))]

describe('metadata', () => {
  it.each(formats)('U8 place, words and profile in a %s do not survive', async (format) => {
    const upload = await marked(format)
    const before = await sharp(upload).metadata()
    expect([before.exif, before.xmp, before.icc].every(Boolean)).toBe(true)
    expect(upload.toString('latin1')).toContain(SECRET)
    for (const png of [
      (await images.lineArt(upload)).png,
      (await images.sketch(upload)).png,
      await hintsOf(upload),
    ]) {
      expect(bare(png).filter((name) => name !== 'pHYs')).toEqual(['IHDR', 'IDAT', 'IEND'])
      expect(Buffer.from(png).toString('latin1')).not.toContain(SECRET)
      const { exif, xmp, icc, comments } = await sharp(png).metadata()
      expect([exif, xmp, icc, comments]).toEqual([undefined, undefined, undefined, undefined])
    }
  })

  it('U8 what lies beside or behind the picture does not survive: texts, an archive, a page', async () => {
    const png = withChunks(await blank().png().toBuffer(), pngChunk('tEXt', Buffer.from(`Author\0${SECRET}`)))
    const jpeg = await blank().jpeg().toBuffer()
    for (const polyglot of [
      Buffer.concat([png, Buffer.from(`PK\x03\x04${SECRET}`)]),
      Buffer.concat([jpeg, Buffer.from(`<html><script>${SECRET}</script>`)]),
    ]) {
      const { png: line } = await images.lineArt(polyglot)
      expect(Buffer.from(line).toString('latin1')).not.toMatch(/Elm|script|PK/)
    }
  })
})

describe('orientation', () => {
  const [width, height] = [16, 8]
  /** Four quarters: white, light, dark, black. */
  const upright = (x: number, y: number) =>
    [255, 170, 85, 0][(x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2)]!
  /** Where the pixel at (x, y) of the stored picture belongs, after each EXIF orientation's definition. */
  const placed: Record<number, (x: number, y: number) => [number, number]> = {
    1: (x, y) => [x, y],
    2: (x, y) => [width - 1 - x, y],
    3: (x, y) => [width - 1 - x, height - 1 - y],
    4: (x, y) => [x, height - 1 - y],
    5: (x, y) => [y, x],
    6: (x, y) => [width - 1 - y, x],
    7: (x, y) => [width - 1 - y, height - 1 - x],
    8: (x, y) => [y, height - 1 - x],
  }
  function stored(orientation: number): Sharp {
    const turned = orientation > 4
    const [w, h] = turned ? [height, width] : [width, height]
    const rgb = new Uint8Array(3 * w * h)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        rgb.fill(upright(...placed[orientation]!(x, y)), 3 * (y * w + x), 3 * (y * w + x) + 3)
    return sharp(rgb, { raw: { width: w, height: h, channels: 3 } }).withMetadata({ orientation })
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'U8 every pixel of orientation %i stands where it belongs',
    async (orientation) => {
      const lossless = [stored(orientation).png(), stored(orientation).webp({ lossless: true })]
      for (const picture of [
        ...lossless,
        stored(orientation).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }),
      ]) {
        const upload = await picture.toBuffer()
        const line = await images.lineArt(upload)
        const outs = [line.png, (await images.sketch(upload)).png, await hintsOf(upload)]
        expect(line).toMatchObject({ width, height })
        for (const png of outs) {
          const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
          expect(info).toMatchObject({ width, height })
          for (const [x, y] of [
            [1, 1],
            [width - 2, 1],
            [1, height - 2],
            [width - 2, height - 2],
          ] as const)
            expect(
              Math.abs(data[info.channels * (y * width + x)]! - upright(x, y)),
              `${x}, ${y}`,
            ).toBeLessThan(4)
        }
      }
    },
  )
})

describe('unusual pictures', () => {
  it('U8 the first frame of an animation, CMYK, 16 bits and one bit are taken', async () => {
    const frames = sharp(new Uint8Array(3 * 40 * 60).fill(255, 0, 3 * 40 * 30), {
      raw: { width: 40, height: 60, channels: 3, pageHeight: 30 },
    })
    const animated = await frames.webp({ loop: 0, delay: [10, 10], lossless: true }).toBuffer()
    expect((await sharp(animated).metadata()).pages).toBe(2)
    const odd = [
      animated,
      await blank().toColourspace('cmyk').jpeg().toBuffer(),
      await blank().toColourspace('rgb16').png().toBuffer(),
      await blank().png({ palette: true, colours: 2 }).toBuffer(),
    ]
    for (const upload of odd) {
      const { width, height, png } = await images.lineArt(upload)
      expect([width, height]).toEqual([40, 30])
      expect((await sharp(png).raw().toBuffer())[0], 'white').toBeGreaterThan(250)
      const hints = await sharp(await hintsOf(upload)).metadata()
      expect(hints).toMatchObject({ width: 40, height: 30, channels: 4, depth: 'uchar' })
    }
  })
})

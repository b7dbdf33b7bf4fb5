import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeHints, decodeSketch, encodeGreyPng, encodePng, encodeWebp } from './image.ts'
import { Refusal } from '../shared/refusal.ts'

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

const canvas = (width: number, height: number, background = '#804020') =>
  sharp({ create: { width, height, channels: 4, background } })

describe('pictures in', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('U2 takes %s', async (format) => {
    const page = await decodeSketch(await canvas(40, 30, '#ffffff').toFormat(format).toBuffer())
    expect(page).toMatchObject({ width: 40, height: 30 })
    expect(page.grey[0]).toBe(255)
    expect(page.grey.length).toBe(1200)
  })

  it('U2 takes transparency as white paper, and 16-bit grey', async () => {
    const clear = await decodeSketch(await canvas(8, 8, '#00000000').png().toBuffer())
    expect([...new Set(clear.grey)]).toEqual([255])
    const deep = await canvas(8, 8, '#ffffff').toColourspace('grey16').png().toBuffer()
    expect((await decodeSketch(deep)).grey[5]).toBe(255)
  })

  it('U2 turns the picture upright as its EXIF orientation says', async () => {
    const wide = await canvas(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect(await decodeSketch(wide)).toMatchObject({ width: 20, height: 40 })
  })

  it('U2 brings a large page down to the side asked for, and leaves it alone otherwise', async () => {
    const bytes = await canvas(6000, 100).png().toBuffer()
    expect(await decodeSketch(bytes, 4096)).toMatchObject({ width: 4096, height: 68 })
    expect(await decodeSketch(bytes)).toMatchObject({ width: 6000, height: 100 })
  })

  it('U2 takes a strip of one pixel by 5,000', async () => {
    expect(await decodeSketch(await canvas(1, 5000).png().toBuffer())).toMatchObject({
      width: 1,
      height: 5000,
    })
  })

  it('U2 refuses what is no picture, by its first bytes', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    expect(await refusal(decodeSketch(new Uint8Array()))).toBe('not-an-image')
    expect(await refusal(decodeSketch(Buffer.from('hello')))).toBe('not-an-image')
    expect(await refusal(decodeSketch(Buffer.from(svg)))).toBe('not-an-image')
    expect(await refusal(decodeSketch(await canvas(8, 8).gif().toBuffer()))).toBe('not-an-image')
  })

  it.each(['png', 'jpeg', 'webp'] as const)('U2 refuses a %s cut in half', async (format) => {
    const noise = {
      create: {
        width: 200,
        height: 200,
        channels: 3 as const,
        background: 'white',
        noise: { type: 'gaussian' as const, mean: 128, sigma: 30 },
      },
    }
    const whole = await sharp(noise).toFormat(format).toBuffer()
    expect(await refusal(decodeSketch(whole.subarray(0, whole.length >> 1)))).toBe('broken-image')
    expect(await refusal(decodeSketch(whole.subarray(0, 20)))).toBe('broken-image')
  })

  it('U2 refuses over 24 megapixels and over 8192 on a side before decoding', async () => {
    expect(await refusal(decodeSketch(await canvas(6000, 5000).png().toBuffer()))).toBe('too-many-pixels')
    expect(await refusal(decodeSketch(await canvas(8193, 2).png().toBuffer()))).toBe('too-many-pixels')
    expect(await refusal(decodeSketch(await canvas(8192, 2).png().toBuffer()))).toBe('taken')
  })

  it('reads hints with their transparency', async () => {
    const { rgba } = await decodeHints(await canvas(4, 4, '#ff000080').png().toBuffer())
    expect([...rgba.subarray(0, 4)]).toEqual([255, 0, 0, 128])
  })
})

describe('pictures out', () => {
  it('gives back the very same pixels as PNG', async () => {
    const grey = Uint8Array.from({ length: 64 }, (_, i) => i * 4)
    const page = { width: 8, height: 8, grey }
    expect([...(await decodeSketch(await encodeGreyPng(page))).grey]).toEqual([...grey])
    const rgb = Uint8Array.from({ length: 192 }, (_, i) => i)
    expect([
      ...(await decodeHints(await encodePng({ width: 8, height: 8, rgb }))).rgba.subarray(4, 8),
    ]).toEqual([3, 4, 5, 255])
  })

  it('gives frames as WebP', async () => {
    const bytes = await encodeWebp({ width: 64, height: 64, rgb: new Uint8Array(3 * 64 * 64).fill(200) })
    expect(Buffer.from(bytes.subarray(8, 12)).toString()).toBe('WEBP')
  })
})

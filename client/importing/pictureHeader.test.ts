import sharp from 'sharp'
import { expect, test } from 'vitest'
import { readPictureHeader } from './pictureHeader.ts'

const picture = sharp({ create: { width: 321, height: 123, channels: 3, background: '#888' } })
const header = (bytes: Uint8Array | string) => readPictureHeader(new Blob([bytes as BlobPart]))

test('L18 a picture’s kind and size are read from its first bytes, as encoders write them', async () => {
  const size = { width: 321, height: 123 }
  expect(await header(await picture.clone().png().toBuffer())).toEqual({ type: 'image/png', size })
  expect(await header(await picture.clone().jpeg({ progressive: true }).withMetadata().toBuffer())).toEqual({
    type: 'image/jpeg',
    size,
  })
  expect(await header(await picture.clone().webp().toBuffer())).toEqual({ type: 'image/webp', size })
  expect(await header(await picture.clone().webp({ lossless: true }).toBuffer())).toEqual({
    type: 'image/webp',
    size,
  })
  expect(await header(await picture.clone().ensureAlpha(0.5).webp().toBuffer())).toEqual({
    type: 'image/webp',
    size,
  })
  expect((await header(await picture.clone().avif({ effort: 0 }).toBuffer()))?.type).toBe('image/avif')
  expect((await header('\0\0\0\x18ftypheic\0\0\0\0'))?.type).toBe('image/heic')
})

test('L18 what is no picture has no header, and one cut short no size', async () => {
  for (const text of ['', 'hello', '<svg xmlns="http://www.w3.org/2000/svg"/>', '\0\0\0\x18ftypmp42\0\0\0\0'])
    expect(await header(text)).toBeNull()
  const jpeg = await picture.clone().jpeg().toBuffer()
  expect(await header(jpeg.subarray(0, 30))).toEqual({ type: 'image/jpeg' })
  expect(await header((await picture.clone().png().toBuffer()).subarray(0, 18))).toEqual({
    type: 'image/png',
  })
})

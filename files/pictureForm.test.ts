import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../shared/refusal.ts'
import {
  blank,
  chunksOf,
  claiming,
  pngChunk,
  scanBomb,
  textBomb,
  withChunks,
} from './hostilePictures.fixture.ts'
import { decodeHints, decodeSketch } from './image.ts'
import { readForm } from './pictureForm.ts'

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

describe('bombs', () => {
  it.each(['zTXt', 'iTXt'] as const)('U7 no decoder sees a PNG’s %s', async (name) => {
    const png = await blank(20, 10).png().toBuffer()
    const bomb = withChunks(png, ...Array<Buffer>(40).fill(textBomb(name, 7.9)))
    expect(bomb.length).toBeLessThan(400_000)
    // What it does where nobody looks before decoding.
    if (name === 'zTXt') {
      const { comments = [] } = await sharp(withChunks(png, textBomb(name, 20))).metadata()
      expect(comments[0]!.text.length).toBe(20_000_000)
    }
    expect(chunksOf(readForm(bomb))).toEqual(chunksOf(png).filter((chunk) => chunk !== 'pHYs'))
    expect(await decodeSketch(bomb)).toMatchObject({ width: 20, height: 10 })
    expect(await decodeHints(bomb)).toMatchObject({ width: 20, height: 10 })
  })

  it('U7 a PNG of few bytes that would be 268 megapixels', async () => {
    const claim = claiming(await blank(9, 9).png().toBuffer(), 16383, 16383)
    expect(await refusal(decodeSketch(claim))).toBe('too-many-pixels')
    expect(await refusal(decodeHints(claim))).toBe('too-many-pixels')
  })

  it('U7 a JPEG of hundreds of scans, each a pass over the whole picture; ordinary progressive ones are taken', async () => {
    expect(await refusal(decodeSketch(await scanBomb(64, 60)))).toBe('taken')
    expect(await refusal(decodeSketch(await scanBomb(64, 64)))).toBe('image-too-complex')
    expect(await refusal(decodeHints(await scanBomb(2000, 2646)))).toBe('image-too-complex')
    for (const mozjpeg of [false, true])
      expect(
        await refusal(decodeSketch(await blank(90, 90).jpeg({ progressive: true, mozjpeg }).toBuffer())),
      ).toBe('taken')
  })
})

describe('form', () => {
  it('U7 a PNG keeps what it needs to look right, and nothing behind its end', async () => {
    const png = await blank(20, 10).png().toBuffer()
    const more = withChunks(
      png,
      pngChunk('gAMA', Buffer.of(0, 0, 0xb1, 0x8f)),
      pngChunk('tEXt', Buffer.from('Author\0Ann')),
      pngChunk('tIME', Buffer.alloc(7)),
      pngChunk('acTL', Buffer.alloc(8)),
    )
    const form = readForm(Buffer.concat([more, Buffer.from('PK\x03\x04 and a whole archive')]))
    expect(chunksOf(form).filter((chunk) => chunk !== 'IDAT')).toEqual(['IHDR', 'gAMA', 'IEND'])
  })

  it('U7 one cut short anywhere, or with a length that lies, is left for the decoder to refuse', async () => {
    const png = await blank(20, 10).png().toBuffer()
    for (let length = 8; length < png.length; length++)
      expect(Buffer.from(readForm(png.subarray(0, length)))[7]).toBe(png[7])
    const lies = Buffer.from(png)
    lies.writeUInt32BE(0xffffffff, 8)
    expect(await refusal(decodeSketch(lies))).toBe('broken-image')
  })

  it('U7 scans are counted in a JPEG whose segments end nowhere', () => {
    for (const tail of [[], [0xff], [0xff, 0xda], [0xff, 0xda, 0, 0], [0xff, 0xe1, 0xff, 0xff, 1]])
      expect(readForm(Uint8Array.of(0xff, 0xd8, 0xff, 0xdb, 0, 2, ...tail)).length).toBe(6 + tail.length)
  })
})

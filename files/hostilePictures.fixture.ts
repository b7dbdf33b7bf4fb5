/** Pictures as an attacker makes them, put together from bytes. */
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

export const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } })

export function pngChunk(name: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length)
  chunk.write(name, 4, 'latin1')
  chunk.set(data, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), 8 + data.length)
  return chunk
}

/** The names of a PNG's chunks, in order. */
export function chunksOf(png: Uint8Array): string[] {
  const bytes = Buffer.from(png)
  const names: string[] = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at))
    names.push(bytes.toString('latin1', at + 4, at + 8))
  return names
}

const HEAD = 33 // signature and IHDR

/** The PNG with chunks put in before its pixels. */
export const withChunks = (png: Buffer, ...chunks: Buffer[]) =>
  Buffer.concat([png.subarray(0, HEAD), ...chunks, png.subarray(HEAD)])

/** A text chunk that inflates to `megabytes`: some 1,000 times its size. */
export function textBomb(name: 'zTXt' | 'iTXt', megabytes: number): Buffer {
  const head = name === 'zTXt' ? 'Comment\0\0' : 'Comment\0\x01\0\0\0'
  return pngChunk(
    name,
    Buffer.concat([Buffer.from(head, 'latin1'), deflateSync(Buffer.alloc(megabytes * 1_000_000, 65))]),
  )
}

/** A PNG whose header tells another size than its pixels have. */
export function claiming(png: Buffer, width: number, height: number): Buffer {
  const bomb = Buffer.from(png)
  bomb.writeUInt32BE(width, 16)
  bomb.writeUInt32BE(height, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  return bomb
}

/** A sound JPEG of one color whose last scan, a few bytes for the whole page, comes again for every bit of every coefficient. */
export async function scanBomb(side: number, scans: number): Promise<Buffer> {
  const jpeg = await blank(side, side).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer()
  const starts: number[] = []
  for (let at = jpeg.indexOf('ffda', 0, 'hex'); at >= 0; at = jpeg.indexOf('ffda', at + 1, 'hex'))
    starts.push(at)
  // The first scan of one component's details.
  const start = starts.find((at) => jpeg[at + 4] === 1 && jpeg[at + 7]! > 0)!
  const scan = jpeg.subarray(start, jpeg.indexOf(0xff, start + 2 + jpeg.readUInt16BE(start + 2)))
  const copies: Buffer[] = []
  for (const component of [1, 2, 3]) {
    for (let coefficient = 1; coefficient < 64; coefficient++) {
      for (let bit = 13; bit >= 0; bit--) {
        const copy = Buffer.from(scan)
        copy[5] = component
        copy[7] = copy[8] = coefficient
        copy[9] = bit === 13 ? bit : ((bit + 1) << 4) | bit
        copies.push(copy)
      }
    }
  }
  return Buffer.concat([jpeg.subarray(0, start), ...copies.slice(0, scans), Buffer.of(0xff, 0xd9)])
}

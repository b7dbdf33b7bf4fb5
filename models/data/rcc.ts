/**
 * Reads Qt's compiled resources (.rcc, big endian): header `qres`, version, offsets of tree, data and names; the tree's nodes
 * are folders (first child, count) or files (data: length and bytes, zlib-packed or plain). Throws on anything else.
 */
import { inflateSync } from 'node:zlib'

const isFolder = 2
const isZlib = 1
const isZstd = 4

export interface Resource {
  path: string
  read: () => Buffer
}

export function readRcc(bytes: Buffer): Resource[] {
  if (bytes.toString('latin1', 0, 4) !== 'qres') throw new Error('This is no Qt resource file.')
  const version = bytes.readUInt32BE(4)
  const tree = bytes.readUInt32BE(8)
  const data = bytes.readUInt32BE(12)
  const names = bytes.readUInt32BE(16)
  const nodeSize = version >= 2 ? 22 : 14
  const resources: Resource[] = []
  const visit = (index: number, folder: string): void => {
    const node = tree + index * nodeSize
    const flags = bytes.readUInt16BE(node + 4)
    const path = index === 0 ? '' : folder + nameAt(bytes, names + bytes.readUInt32BE(node))
    if ((flags & isFolder) !== 0) {
      const count = bytes.readUInt32BE(node + 6)
      const first = bytes.readUInt32BE(node + 10)
      for (let i = 0; i < count; i++) visit(first + i, index === 0 ? '' : `${path}/`)
    } else if ((flags & isZstd) === 0) {
      const at = data + bytes.readUInt32BE(node + 10)
      const packed = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at))
      resources.push({
        path,
        read: () => ((flags & isZlib) !== 0 ? inflateSync(packed.subarray(4)) : packed),
      })
    }
  }
  visit(0, '')
  return resources
}

/** u16 length in UTF-16 units, u32 hash, UTF-16BE. */
function nameAt(bytes: Buffer, at: number): string {
  const start = at + 6
  return Buffer.from(bytes.subarray(start, start + 2 * bytes.readUInt16BE(at)))
    .swap16()
    .toString('utf16le')
}

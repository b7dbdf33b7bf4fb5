import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

import { readRcc } from './rcc.ts'

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i))
  return bytes
}

function u16(value: number): Buffer {
  return u32(value).subarray(2)
}

const name = (text: string): Buffer =>
  Buffer.concat([u16(text.length), u32(0), Buffer.from(text, 'utf16le').swap16()])
const blob = (content: Buffer): Buffer => Buffer.concat([u32(content.length), content])

/** pictures/cat.svg packed with zlib, pictures/dog.svg plain. */
function archive(): Buffer {
  const packed = deflateSync('<svg>cat</svg>')
  const data = [blob(Buffer.concat([u32(14), packed])), blob(Buffer.from('<svg>dog</svg>'))]
  const names = [name(''), name('pictures'), name('cat.svg'), name('dog.svg')]
  const nameAt = (i: number): number => Buffer.concat(names.slice(0, i)).length
  const folder = (i: number, count: number, first: number): Buffer =>
    Buffer.concat([u32(nameAt(i)), u16(2), u32(count, first)])
  const file = (i: number, flags: number, at: number): Buffer =>
    Buffer.concat([u32(nameAt(i)), u16(flags), u32(0, at)])
  const tree = [folder(0, 1, 1), folder(1, 2, 2), file(2, 1, 0), file(3, 0, data[0]!.length)]
  const head = 20
  const dataAt = head + Buffer.concat(tree).length
  const namesAt = dataAt + Buffer.concat(data).length
  return Buffer.concat([Buffer.from('qres'), u32(1, head, dataAt, namesAt), ...tree, ...data, ...names])
}

describe('rcc', () => {
  it('lists the files of all folders and unpacks them', () => {
    expect(readRcc(archive()).map(({ path, read }) => [path, read().toString()])).toEqual([
      ['pictures/cat.svg', '<svg>cat</svg>'],
      ['pictures/dog.svg', '<svg>dog</svg>'],
    ])
  })

  it('refuses other files', () => {
    expect(() => readRcc(Buffer.from('PK\x03\x04 and so on'))).toThrow('no Qt resource file')
  })
})

import { describe, expect, it } from 'vitest'
import { unzip, ZipFault } from './unzip.ts'
import { zip } from './zip.ts'

const text = (value: string) => new TextEncoder().encode(value)
const bounds = { entries: 10, bytes: 1000 }
const sound = () =>
  Buffer.from(
    zip([
      { name: 'mimetype', bytes: text('image/openraster'), stored: true },
      { name: 'a.txt', bytes: text('hello hello hello hello') },
      { name: 'data/b.txt', bytes: text('b') },
    ]),
  )
const read = (bytes: Uint8Array, wants = (_: string) => true, limits = bounds) => {
  try {
    return [...unzip(bytes, wants, limits).keys()]
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error
    return error.kind
  }
}
/** Writes over the directory's entry of `name`, at a place within its header. */
function directoryWith(name: string, at: number, value: number, size: 2 | 4 = 4): Buffer {
  const bytes = sound()
  const entry = bytes.indexOf(name, bytes.indexOf('PK\x01\x02', 0, 'latin1')) - 46
  if (size === 4) bytes.writeUInt32LE(value, entry + at)
  else bytes.writeUInt16LE(value, entry + at)
  return bytes
}
const renamed = (from: string, to: string) =>
  Buffer.from(sound().toString('latin1').replaceAll(from, to), 'latin1')

describe('zip archives', () => {
  it('I7 what is asked for is read, and nothing else is unpacked', () => {
    const found = unzip(sound(), (name) => name === 'a.txt', bounds)
    expect([...found.keys()]).toEqual(['a.txt'])
    expect(Buffer.from(found.get('a.txt')!).toString()).toBe('hello hello hello hello')
    expect(read(sound())).toEqual(['mimetype', 'a.txt', 'data/b.txt'])
    // A comment behind the end is no fault.
    const commented = Buffer.concat([sound(), text('hi')])
    commented.writeUInt16LE(2, commented.length - 4)
    expect(read(commented)).toHaveLength(3)
  })

  it('I7 one cut short at any length is refused', () => {
    const bytes = sound()
    for (let length = 0; length < bytes.length; length++)
      expect(read(bytes.subarray(0, length)), String(length)).toBe('broken')
  })

  it('I7 bombs are refused by what they say, or as soon as they are more than they said', () => {
    const zeros = new Uint8Array(50_000_000)
    const bomb = Buffer.from(zip([{ name: 'a.txt', bytes: zeros }]))
    expect(bomb.length).toBeLessThan(100_000)
    expect(read(bomb)).toBe('too-large')
    const lies = Buffer.from(bomb)
    lies.writeUInt32LE(10, lies.lastIndexOf('PK\x01\x02', undefined, 'latin1') + 24)
    const before = process.memoryUsage.rss()
    expect(read(lies)).toBe('broken')
    expect(process.memoryUsage.rss() - before).toBeLessThan(20_000_000)
    // Each on its own is small enough, all of them are not.
    const many = zip(Array.from({ length: 9 }, (_, i) => ({ name: `${i}`, bytes: zeros.subarray(0, 200) })))
    expect(read(many)).toBe('too-large')
    expect(read(many, (name) => name < '4')).toHaveLength(4)
    expect(read(sound(), () => true, { ...bounds, entries: 2 })).toBe('too-large')
  })

  it('I7 a hundred thousand entries are refused by their number, before one is looked at', () => {
    const bytes = sound()
    const end = bytes.length - 22
    bytes.writeUInt16LE(0xffff, end + 8)
    bytes.writeUInt16LE(0xffff, end + 10)
    expect(read(bytes)).toBe('too-large')
  })

  it('I7 sizes, checksums and places that lie are refused', () => {
    const [crc, packed, size, at] = [16, 20, 24, 42]
    for (const field of [crc, packed, size, at])
      for (const value of [0, 5, 0x7fffffff, 0xffffffff]) {
        if (field === at && value === 0) continue
        const answer = read(directoryWith('a.txt', field, value))
        expect(['broken', 'too-large'], `${field} ${value}`).toContain(answer)
      }
    // Two entries over one another.
    expect(read(directoryWith('data/b.txt', at, 0))).toBe('broken')
    expect(read(directoryWith('a.txt', 8, 1, 2)), 'encrypted').toBe('broken')
    expect(read(directoryWith('a.txt', 10, 14, 2)), 'LZMA').toBe('broken')
  })

  it('I7 names that lead out of a folder, and twins, are refused; links mean nothing', () => {
    for (const name of ['../.t', '/a.tx', 'C:\\tx', 'a\\..t', 'a\0txt'])
      expect(read(renamed('a.txt', name.padEnd(5, 'x'))), name).toBe('broken')
    expect(read(renamed('data/b.txt', 'data/../.x'))).toBe('broken')
    expect(read(renamed('data/b.txt', 'a.txt'.padEnd(10, 'x')))).toHaveLength(3)
    const twins = Buffer.from(
      zip([
        { name: 'one', bytes: text('1') },
        { name: 'two', bytes: text('2') },
      ]).map((byte) => byte),
    )
    expect(read(Buffer.from(twins.toString('latin1').replaceAll('two', 'one'), 'latin1'))).toBe('broken')
    // The mode of a symbolic link: its bytes are bytes.
    expect(read(directoryWith('a.txt', 38, (0o120777 << 16) >>> 0))).toHaveLength(3)
  })
})

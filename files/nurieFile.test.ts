import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { limits } from '../shared/limits.ts'
import { Refusal } from '../shared/refusal.ts'
import { packStroke } from '../shared/strokes.ts'
import { decodeNurie, encodeNurie, type NurieFile } from './nurieFile.ts'
import { makingSchema, manifestSchema } from './nurieManifest.ts'
import { unzip } from './unzip.ts'
import { zip, type ZipEntry } from './zip.ts'

const stroke = (id: string, by = 'ann') =>
  packStroke({ id, by, tool: 'brush', color: 0x3366cc, width: 64, points: [8, 16, 255, 20, 24, 100] })
const [one, two, gone] = [stroke('one'), stroke('two', 'ben'), stroke('gone')]
const sound: NurieFile = {
  nurie: '1.0.0',
  savedAt: 3000,
  title: '猫',
  width: 40,
  height: 30,
  line: Uint8Array.of(1, 2, 3),
  strokes: [one, two],
  settings: { saturation: 1.5, title: '猫' },
  palette: { sky: { name: 'Sky', color: 0x88bbee, removed: true } },
  guests: [{ id: 'ann', name: 'Ann', color: '#d6336c' }],
  finished: [
    {
      id: 'f',
      by: 'ann',
      x: 80,
      y: 80,
      gap: 0,
      at: 9,
      left: 1,
      top: 2,
      picture: Uint8Array.of(4),
      flats: Uint8Array.of(5),
    },
  ],
  comments: [{ id: 'c', by: 'ben', on: null, x: 1, y: 2, text: 'hi', at: 5, edited: false, resolved: true }],
  versions: [
    { id: 'v', kind: 'named', name: 'first', by: 'ann', at: 6, step: 2, thumbnail: Uint8Array.of(7) },
    { id: 'w', kind: 'automatic', name: '', by: '', at: 7, step: 3 },
  ],
  steps: [
    { at: 1, strokes: [{ add: [one, gone] }], settings: {}, palette: {} },
    { at: 2, strokes: [{ keep: 1 }, { remove: 1 }], settings: { saturation: 1 }, palette: {} },
    { at: 3, strokes: [{ keep: 1 }, { add: [two] }], settings: { old: null }, palette: { gone: null } },
  ],
}
const bytes = encodeNurie(sound)

const answer = (file: Uint8Array, bounds = limits as { strokes: number; points: number }) => {
  try {
    decodeNurie(file, bounds)
    return 'taken'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code
  }
}

const all = () => unzip(bytes, () => true, { entries: 100, bytes: 1e6 })
const json = (name: string) => JSON.parse(Buffer.from(all().get(name)!).toString()) as Record<string, unknown>
const text = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))
/** The file with another part, which is listed as it is unless `isListed` is false. */
function withPart(name: string, content: Uint8Array | undefined, isListed = true): Uint8Array {
  const manifest = json('nurie.json') as { parts: Record<string, unknown> }
  if (content && isListed && name !== 'nurie.json')
    manifest.parts[name] = {
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    }
  const entries: ZipEntry[] = [...all()].map(([each, before]) => ({
    name: each,
    bytes: before,
    stored: true,
  }))
  return zip(
    entries.flatMap((entry) => {
      if (entry.name === name) return content ? [{ ...entry, bytes: content }] : []
      return [entry.name === 'nurie.json' ? { ...entry, bytes: text(manifest) } : entry]
    }),
  )
}
const withManifest = (more: object) => withPart('nurie.json', text({ ...json('nurie.json'), ...more }))

describe('.nurie files', () => {
  it('I2 what was written is read, each stroke once', () => {
    expect(decodeNurie(bytes)).toEqual(sound)
    expect(encodeNurie(decodeNurie(bytes))).toEqual(bytes)
    expect([...all().keys()].slice(0, 2)).toEqual(['mimetype', 'nurie.json'])
    expect(json('making.json')['strokes']).toMatchObject([{ id: 'gone', color: '#3366cc' }])
    expect(json('nurie.json')).toMatchObject({
      format: 'nurie',
      version: 1,
      palette: { sky: { color: '#88bbee' } },
    })
  })

  it('I8 cut short at any length, or with any byte changed, a file is refused or the very same', () => {
    for (let length = 0; length < bytes.length; length += 3)
      expect(answer(bytes.subarray(0, length)), String(length)).toBe('broken-nurie')
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = Uint8Array.from(bytes)
      changed[at]! ^= 1 << (at % 8)
      const result = answer(changed)
      // Times, attributes and the like say nothing.
      if (result === 'taken') expect(decodeNurie(changed), String(at)).toEqual(sound)
      else expect(['broken-nurie', 'nurie-beyond-limits', 'newer-nurie']).toContain(result)
    }
  })

  it('I8 a file of a newer Nurie is refused by name, whatever else is in it', () => {
    expect(answer(withPart('nurie.json', text({ format: 'nurie', version: 2, all: 'other' })))).toBe(
      'newer-nurie',
    )
    expect(answer(withPart('strokes.json', text({ ...json('strokes.json'), version: 2 })))).toBe(
      'newer-nurie',
    )
    // What this one does not know yet, it passes over.
    expect(answer(withManifest({ weather: 'fine' }))).toBe('taken')
  })

  it('I8 parts that are missing, not listed, or not what the list says are refused; unknown ones are passed over', () => {
    for (const name of [...all().keys()].filter((each) => each !== 'mimetype'))
      expect(answer(withPart(name, undefined)), name).toBe('broken-nurie')
    for (const name of ['line.png', 'strokes.json', 'making.json', 'finished/1.flats.png'])
      expect(answer(withPart(name, text('{}'), false)), name).toBe('broken-nurie')
    const more = zip([
      ...[...all()].map(([name, content]) => ({ name, bytes: content, stored: true })),
      { name: 'notes/readme.txt', bytes: text('hi') },
      { name: 'again.nurie', bytes },
    ])
    expect(answer(more)).toBe('taken')
    // How the page came to be need not be told.
    const { strokes, steps } = decodeNurie(encodeNurie({ ...sound, steps: [], versions: [] }))
    expect([strokes.length, steps]).toEqual([2, []])
  })

  it('I8 tables that are not of the form, or too long, are refused', () => {
    const guest = sound.guests[0]!
    const fill = (key: string) => Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${key}${i}`, 1]))
    for (const more of [
      { format: 'nuri' },
      { title: 7 },
      { title: 'x'.repeat(5_000_000) },
      { width: 0 },
      { width: limits.pageSide + 1 },
      { height: 1.5 },
      { savedAt: -1 },
      { settings: { a: { b: 1 } } },
      { settings: fill('s') },
      { settings: { ['x'.repeat(65)]: 1 } },
      { palette: { a: { name: 'a', color: 7 } } },
      { palette: { a: { name: 'a', color: '#ffffff', more: 1 } } },
      { palette: fill('p') },
      { guests: [{ ...guest, color: 'red;background:url(//x)' }] },
      { guests: Array(2_001).fill(guest) },
      { comments: [{ ...sound.comments[0], text: 'x'.repeat(10_000) }] },
      { comments: Array(limits.comments + 1).fill(sound.comments[0]) },
      { versions: [{ ...sound.versions[1], step: -1 }] },
      { versions: [{ ...sound.versions[1], thumbnail: '../../etc/passwd' }] },
      { versions: [{ ...sound.versions[1], thumbnail: 'constructor' }] },
      { finished: [{ ...sound.finished[0], picture: 'nurie.json' }] },
      { parts: {} },
      { parts: null },
    ])
      expect(answer(withManifest(more)), JSON.stringify(more).slice(0, 80)).toBe('broken-nurie')
    for (const name of ['nurie.json', 'strokes.json', 'making.json'])
      for (const content of ['', '{', 'null', '[]', '7', '\ufffe', '{"__proto__":1}', '['.repeat(100_000)])
        expect(answer(withPart(name, text(content))), `${name} ${content.slice(0, 9)}`).toBe('broken-nurie')
  })

  it('I8 strokes and steps beyond what a page may hold are refused', () => {
    expect(answer(bytes, { strokes: 2, points: 2 })).toBe('taken')
    expect(answer(bytes, { strokes: 1, points: 2 })).toBe('nurie-beyond-limits')
    expect(answer(bytes, { strokes: 2, points: 1 })).toBe('nurie-beyond-limits')
    const [written] = (json('strokes.json') as { strokes: object[] }).strokes
    const crowd = { ...json('strokes.json'), strokes: Array(100_000).fill(written) }
    expect(answer(withPart('strokes.json', text(crowd)))).toBe('nurie-beyond-limits')
    const making = (more: object) =>
      answer(withPart('making.json', text({ ...json('making.json'), ...more })))
    expect(making({ steps: [{ at: 1, strokes: [{ add: [99] }] }] })).toBe('broken-nurie')
    expect(making({ steps: [{ at: 1, strokes: [{ keep: 0 }] }] })).toBe('broken-nurie')
    expect(making({ steps: Array(60_001).fill({ at: 1 }) })).toBe('broken-nurie')
    expect(making({ strokes: [{ ...written, width: 1e9 }] })).toBe('broken-nurie')
  })
})

it('I16 the description of the format names every entry and field', async () => {
  const page = await readFile(new URL('nurie-format.md', import.meta.url), 'utf8')
  const { guests, finished, comments, versions } = manifestSchema.shape
  const fields = [guests, finished, comments, versions, makingSchema.shape.steps].map(
    ({ element }) => element,
  )
  const keys = [manifestSchema, makingSchema, ...fields].flatMap(({ shape }) => Object.keys(shape))
  const written = unzip(encodeNurie(sound), () => true, { entries: 99, bytes: 1e6 })
  const entries = [...written.keys()].map((name) => name.replace(/\/.*\./, '/*.'))
  for (const name of [...keys, ...entries])
    expect(page, name).toMatch(new RegExp(`[\`"]${name.replace(/[.*]/g, '\\$&')}[\`"]`))
})

/** Files brought to a running server: rooms and drawings, sound and hostile, through the real image process. */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import Database from 'libsql'
import sharp from 'sharp'
import * as Y from 'yjs'
import { unzip } from '../../files/unzip.ts'
import { decodeNurie, encodeNurie, type NurieFile } from '../../files/nurieFile.ts'
import { zip } from '../../files/zip.ts'
import { limits } from '../../shared/limits.ts'
import { addStroke, paletteOf, strokesOf } from '../../shared/strokes.ts'
import {
  connectYjs,
  enter,
  get,
  startServer,
  strokeOf,
  type Problem,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'
import { answer, bring, exported, livedRoom, type Lived } from '../wholeRoom/nurieRoom.fixture.ts'
import { openExports } from '../images/exports.ts'
import { openImages } from '../images/images.ts'
import { databaseOf } from '../storage/dataFolder.ts'

let server: TestServer
let lived: Lived
let file: Uint8Array
let sound: NurieFile
/** Files made for people; `onMake` hears when one is begun. */
const made: Readable[] = []
let onMake = () => {}

beforeAll(async () => {
  const settings = { NURIE_LIMIT_ROOMS_PER_HOUR: '1000' }
  server = await startServer(settings, {
    openImages: () => openImages({ log: { warn: () => {} } }),
    openExports() {
      const exports = openExports()
      return {
        ...exports,
        async make(job) {
          const making = exports.make(job)
          onMake()
          const file = await making
          made.push(file.stream)
          return file
        },
      }
    },
  })
  server.coloring.ready(false)
  lived = await livedRoom(server)
  file = await exported(server, lived.viewer)
  sound = decodeNurie(file)
}, 60_000)
afterAll(() => server.end())

/** How many rows each table has. */
function rows(): Record<string, number> {
  const database = new Database(databaseOf(server.folder), { readonly: true })
  const tables = [
    'rooms',
    'line_art',
    'ops',
    'claims',
    'guests',
    'snapshots',
    'versions',
    'finished',
    'comments',
  ]
  const counts = tables.map((table) => {
    const [{ count }] = database.prepare(`select count(*) as count from ${table}`).all() as [
      { count: number },
    ]
    return [table, count] as const
  })
  database.close()
  return Object.fromEntries(counts)
}
const code = async (promise: Promise<Response>) => {
  const response = await promise
  return response.ok ? response.status : ((await response.json()) as Problem).code
}
const changed = (more: Partial<NurieFile>) => bring(server, encodeNurie({ ...sound, ...more }))
const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'white' } })
    .png()
    .toBuffer()

it('I9 what is refused leaves nothing behind, and the next file goes on', async () => {
  const before = rows()
  const { width, height } = sound
  const stroke = sound.strokes[0]!
  const version = sound.versions[0]!
  const comment = sound.comments[0]!
  const step = sound.steps[0]!
  const region = { id: 'r', by: 'x', x: 8, y: 8, gap: 0, at: 1, left: 0, top: 0 }
  const [small, large] = [await png(4, 4), await png(900, 900)]
  const refused: [string, Partial<NurieFile>][] = [
    ['line art of another size', { line: await png(width + 1, height) }],
    [
      'line art that is no PNG',
      {
        line: await sharp(await png(width, height))
          .webp()
          .toBuffer(),
      },
    ],
    ['line art cut short', { line: sound.line.subarray(0, 500) }],
    ['two guests of one id', { guests: [...sound.guests, sound.guests[0]!] }],
    ['two versions of one id', { versions: [version, version] }],
    ['a version of a step there is not', { versions: [{ ...version, step: sound.steps.length + 1 }] }],
    ['a thumbnail that is none', { versions: [{ ...version, thumbnail: small.subarray(0, 20) }] }],
    ['an answer to nothing', { comments: [{ ...comment, on: 'nothing' }] }],
    ['an answer to itself', { comments: [{ ...comment, on: comment.id }] }],
    ['a comment without a word', { comments: [{ ...comment, text: ' \u202e\n ' }] }],
    ['steps beyond the page', { steps: [{ ...step, strokes: [{ keep: 1 }] }] }],
    ['steps that take what is not there', { steps: [{ ...step, strokes: [{ remove: 1 }] }] }],
    ['finished pictures of two sizes', { finished: [{ ...region, picture: small, flats: large }] }],
    ['finished beyond the page', { finished: [{ ...region, picture: large, flats: large }] }],
    ['finished of no picture', { finished: [{ ...region, picture: stroke.points, flats: small }] }],
  ]
  for (const [what, more] of refused) expect(await code(changed(more)), what).toBe('broken-nurie')
  const named = Array.from({ length: 101 }, (_, i) => ({ ...version, id: `${i}`, kind: 'named' as const }))
  expect(await code(changed({ versions: named }))).toBe('nurie-beyond-limits')
  for (const cut of [60, 1000, file.length - 1])
    expect(await code(bring(server, file.subarray(0, cut)))).toBe('broken-nurie')
  const newer = [...unzip(file, () => true, { entries: 99, bytes: 1e8 })].map(([name, bytes]) => ({
    name,
    bytes: name === 'nurie.json' ? Buffer.from('{"format":"nurie","version":2}') : bytes,
    stored: true,
  }))
  expect(await code(bring(server, zip(newer)))).toBe('newer-nurie')
  expect(rows()).toEqual(before)
  expect(await code(bring(server, file))).toBe(201)
  expect(rows()['rooms']).toBe(before['rooms']! + 1)
}, 60_000)

it('I8 more strokes, a longer making and larger versions than a room may have are refused in bounded time and memory', async () => {
  const before = rows()
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ ...sound.strokes[0]!, id: `${i}` }))
  expect(await code(changed({ strokes: many(limits.strokes + 1) }))).toBe('nurie-beyond-limits')
  // One that is added again and again.
  const [stroke] = many(1)
  const again = {
    at: 1,
    strokes: [{ add: Array<NonNullable<typeof stroke>>(1_000).fill(stroke!) }],
    settings: {},
    palette: {},
  }
  expect(await code(changed({ steps: Array<typeof again>(1_000).fill(again), versions: [] }))).toBe(
    'nurie-beyond-limits',
  )
  // A page of much ink in each of two hundred versions.
  const wide = Array.from({ length: 900 }, (_, i) => strokeOf(`${i}`, 'ann', { count: 400 }))
  const first = { at: 1, strokes: [{ add: wide }], settings: {}, palette: {} }
  const versions = Array.from({ length: 90 }, (_, i) => ({ ...sound.versions[0]!, id: `${i}`, step: 1 + i }))
  const steps = [
    first,
    ...Array.from({ length: 90 }, (_, i) => ({ at: 2, strokes: [], settings: { i }, palette: {} })),
  ]
  expect(await code(changed({ strokes: [], steps, versions }))).toBe('nurie-beyond-limits')
  // Keys that come and go.
  const keys = (i: number) => Object.fromEntries(Array.from({ length: 30 }, (_, k) => [`k${i}-${k}`, i]))
  const growing = Array.from({ length: 3 }, (_, i) => ({
    at: 1,
    strokes: [],
    settings: keys(i),
    palette: {},
  }))
  expect(await code(changed({ steps: growing, versions: [] }))).toBe('nurie-beyond-limits')
  expect(rows()).toEqual(before)
}, 60_000)

it('I14 a file is what its bytes say, whatever its header says; each kind has its size', async () => {
  expect(await code(bring(server, await png(30, 30), 'application/vnd.nurie'))).toBe(201)
  expect(await code(bring(server, file, 'image/png'))).toBe(201)
  expect(await code(bring(server, Buffer.from('PK\x03\x04 no archive'), 'application/vnd.nurie'))).toBe(
    'not-an-image',
  )
  expect(await code(bring(server, Buffer.alloc(limits.uploadBytes + 1), 'image/png'))).toBe('image-too-large')
  const large = Buffer.concat([file, Buffer.alloc(limits.uploadBytes)])
  expect(await code(bring(server, large))).toBe('broken-nurie')
  for (const type of ['application/vnd.nurie', 'image/vnd.adobe.photoshop', 'image/openraster'])
    expect(await code(bring(server, Buffer.alloc(limits.fileBytes + 1), type)), type).toBe('file-too-large')
  const padded = Buffer.concat([await png(30, 30), Buffer.alloc(limits.uploadBytes)])
  expect(await code(bring(server, padded, 'image/openraster'))).toBe('image-too-large')
})

it('I4 nobody in the imported room can write as a guest of the file, or as its Yjs client, or undo their strokes', async () => {
  const room = await answer<TestRoom>(bring(server, file), 201)
  const before = new Set(
    (await answer<{ id: string }[]>(get(server, lived.viewer, 'guests'))).map(({ id }) => id),
  )
  const ann = await enter(server, room, 'edit', { name: 'Ann <b>' })
  const guests = await answer<{ id: string; name: string; role: string; here: boolean }[]>(
    get(server, ann, 'guests'),
  )
  expect(guests.filter(({ id }) => before.has(id))).toEqual([])
  // A session of the old room is none here, neither as a token nor as an earlier one.
  expect((await get(server, { ...lived.ann, room: room.room }, 'line.png')).status).toBe(404)
  const back = await enter(server, room, 'edit', { previous: lived.ann.token })
  expect(before.has(back.guest.id)).toBe(false)

  const old = guests.find(({ id, name }) => name === 'Ann <b>' && id !== ann.guest.id)!
  const painted = async (change: (doc: Y.Doc) => void) => {
    const doc = new Y.Doc()
    const client = connectYjs(server, ann, doc)
    const { clientID } = doc
    await client.synced()
    change(doc)
    const { code } = await client.closed()
    doc.clientID = clientID
    client.close()
    return code
  }
  // In an old guest's name; by the server's client; taking away what an old guest painted, or the server set.
  expect(await painted((doc) => addStroke(doc, strokeOf('x', old.id)))).toBe(4403)
  expect(
    await painted((doc) => {
      const [writer] = [...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()]
      doc.clientID = writer!
      addStroke(doc, strokeOf('x', ann.guest.id))
    }),
  ).toBe(4403)
  expect(await painted((doc) => strokesOf(doc).delete(1, 1))).toBe(4403)
  expect(await painted((doc) => paletteOf(doc).delete('sky'))).toBe(4403)
  const eyes = connectYjs(server, ann)
  await eyes.synced()
  expect(eyes.ids()).toEqual(sound.strokes.map(({ id }) => id))
  expect([...Y.decodeStateVector(Y.encodeStateVector(eyes.doc)).keys()]).toHaveLength(1)
  eyes.close()
})

it('I3 an export of an import tells the same again, as often as one likes', async () => {
  const room = await answer<TestRoom>(bring(server, file), 201)
  const again = decodeNurie(await exported(server, await enter(server, room, 'view')))
  const nameOf = ({ guests }: NurieFile) => new Map(guests.map(({ id, name }) => [id, name]))
  const told = (nurie: NurieFile) =>
    JSON.parse(
      JSON.stringify({
        ...nurie,
        savedAt: 0,
        line: createHash('sha256').update(nurie.line).digest('hex'),
        guests: [],
      }),
      (key, value: unknown) => {
        if (key === 'by') return nameOf(nurie).get(value as string)
        return key === 'on' || key === 'thumbnail' || key === 'id' ? typeof value : value
      },
    ) as object
  expect(told(again)).toEqual(told(sound))
  expect(again.guests.map(({ name }) => name).sort()).toEqual(sound.guests.map(({ name }) => name).sort())
})

it('X14 who leaves before a file is made, or while it is read, leaves nothing open', async () => {
  for (const when of ['before', 'while']) {
    const leaving = new AbortController()
    made.length = 0
    onMake = () => when === 'before' && leaving.abort()
    const asked = fetch(`${server.url}/api/rooms/${lived.viewer.room}/export?format=nurie`, {
      headers: { authorization: `Bearer ${lived.viewer.token}` },
      signal: leaving.signal,
    })
    if (when === 'before') await expect(asked).rejects.toThrow('abort')
    else {
      await asked
      leaving.abort()
    }
    await expect.poll(() => made.length === 1 && made[0]!.closed, { timeout: 10_000 }).toBe(true)
  }
})

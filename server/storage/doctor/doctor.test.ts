import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { strokeOf } from '../../app.fixture.ts'
import { newRoom } from '../../rooms/access.ts'
import { databaseOf } from '../dataFolder.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { runDoctor } from './doctor.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const bounds = { entries: 1e6, bytes: 1e9 }
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A folder of two rooms of `count` strokes each, by two painters in turn. */
async function filled(count = 12) {
  const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
  folders.push(folder)
  const file = databaseOf(folder)
  const store = openSqlite(file, bounds)
  const rooms = await Promise.all(
    ['Cats', 'Dogs'].map(async (title) => {
      const { record } = newRoom({ title, width: 64, height: 64 })
      await store.addRoom(record, Uint8Array.of(1, 2, 3))
      return record.id
    }),
  )
  for (const room of rooms) {
    const painters = ['ann', 'bob'].map((name) => ({ name, doc: new Y.Doc() }))
    for (let i = 0; i < count; i++) {
      const { name, doc } = painters[i % 2]!
      const before = Y.encodeStateVector(doc)
      doc.getArray('strokes').push([strokeOf(`${i}`, name)])
      await store.append([{ room, bytes: Y.encodeStateAsUpdate(doc, before), guest: name }])
    }
  }
  return { folder, file, store, rooms: rooms as [string, string] }
}

function doctor(folder: string, ...args: string[]) {
  const lines: string[] = []
  try {
    const code = runDoctor([...args, '--data', folder], {}, (line) => lines.push(line))
    return { code, out: lines.join('\n') }
  } catch (error) {
    return { code: 1, out: (error as Error).message }
  }
}

async function idsIn(file: string, room: string) {
  const store = openSqlite(file, bounds)
  const log = await store.log(room)
  await store.close()
  const doc = new Y.Doc()
  if (log.snapshot) Y.applyUpdate(doc, log.snapshot.bytes)
  for (const { bytes } of log.entries) Y.applyUpdate(doc, bytes)
  return {
    log,
    ids: doc
      .getArray<{ id: string }>('strokes')
      .map(({ id }) => id)
      .sort((a, b) => +a - +b),
  }
}

it('P11 finds a damaged entry, and mends the room with everything that does not build on it; the file is copied first', async () => {
  const { folder, file, store, rooms } = await filled()
  expect(doctor(folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining('all well: 2 rooms') as string,
  })
  expect(doctor(folder, 'repair')).toMatchObject({
    code: 1,
    out: expect.stringContaining('another Nurie') as string,
  })
  await store.close()
  const database = new Database(file)
  database.prepare("update ops set bytes = x'00' where room = ? and seq = 5").run(rooms[0])
  database.pragma('wal_checkpoint(truncate)')
  const before = readFileSync(file)
  const checked = doctor(folder, 'check')
  expect(checked).toMatchObject({
    code: 1,
    out: expect.stringContaining('the page ends before entry 5') as string,
  })
  expect(readFileSync(file).equals(before)).toBe(true)
  const mended = doctor(folder, 'repair')
  expect(mended.code).toBe(0)
  const [backup] = readdirSync(folder).filter((name) => name.includes('before-repair'))
  expect(readFileSync(join(folder, backup!)).equals(before)).toBe(true)
  expect(doctor(folder).code).toBe(0)
  // The fifth was ann's: her later ones build on it; bob's are all there.
  const hurt = await idsIn(file, rooms[0])
  expect(hurt.ids).toEqual(['0', '1', '2', '3', '5', '7', '9', '11'])
  expect(hurt.log).toMatchObject({ snapshot: { seq: 12 }, entries: [] })
  expect((await idsIn(file, rooms[1])).ids).toHaveLength(12)
  const again = openSqlite(file, bounds)
  expect(await again.append([{ room: rooms[0], bytes: Uint8Array.of(0, 0), guest: 'ann' }])).toEqual([13])
  await again.close()
  expect(new Database(file).prepare('select kind, seq, bytes from damaged').all()).toMatchObject([
    { kind: 'ops', seq: 5 },
  ])
  expect(doctor(folder, 'repair').out).toContain('nothing is damaged')
})

it('P11 a damaged snapshot is set aside and the log counts', async () => {
  const { folder, file, store, rooms } = await filled()
  const { log } = { log: await store.log(rooms[0]) }
  const whole = Y.mergeUpdates(log.entries.map(({ bytes }) => bytes))
  await store.addSnapshot(rooms[0], { seq: 12, bytes: whole })
  await store.close()
  new Database(file).prepare('update snapshots set crc = crc + 1').run()
  expect(doctor(folder)).toMatchObject({ code: 1, out: expect.stringContaining('snapshots 12') as string })
  expect(doctor(folder, 'repair').code).toBe(0)
  const { ids, log: after } = await idsIn(file, rooms[0])
  expect(ids).toHaveLength(12)
  expect(after.snapshot).toBeUndefined()
})

it('P11 exports and backs up while a server has the data', async () => {
  const { folder, store, rooms } = await filled()
  const out = join(folder, 'out')
  expect(doctor(folder, 'export', rooms[0], '--out', out).code).toBe(0)
  expect(readFileSync(join(out, 'line.png'))).toEqual(Buffer.of(1, 2, 3))
  const page = JSON.parse(readFileSync(join(out, 'strokes.json'), 'utf8')) as {
    title: string
    strokes: { id: string }[]
  }
  expect(page.title).toBe('Cats')
  expect(page.strokes.map(({ id }) => id).sort((a, b) => +a - +b)).toEqual(
    Array.from({ length: 12 }, (_, i) => `${i}`),
  )
  const doc = new Y.Doc()
  Y.applyUpdate(doc, readFileSync(join(out, 'document.yjs')))
  expect(doc.getArray('strokes')).toHaveLength(12)
  expect(doctor(folder, 'export', 'nowhere', '--out', out)).toMatchObject({ code: 1 })
  const copy = join(folder, 'copy.db')
  expect(doctor(folder, 'backup', '--out', copy).code).toBe(0)
  expect(doctor(folder, 'backup', '--out', copy).code).toBe(1)
  await store.close()
  expect((await idsIn(copy, rooms[1])).ids).toHaveLength(12)
})

it('P11 reads what is readable out of damaged pages into a whole file, header or not', async () => {
  const { folder, file, store, rooms } = await filled(200)
  await store.close()
  const whole = readFileSync(file)
  const pages = whole.length / 4096
  expect(pages).toBeGreaterThan(20)
  // A page behind the middle: the leaf of a table, of the entries most likely.
  let page = Math.floor(pages * 0.7)
  while (whole[4096 * page] !== 0x0d) page++
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, 4096 * page)
  writeSync(handle, Buffer.from('Nurie'), 0, 5, 0)
  closeSync(handle)
  const checked = doctor(folder)
  expect(checked).toMatchObject({ code: 1, out: expect.stringContaining('damaged') as string })
  const mended = doctor(folder, 'repair')
  expect(mended.out).toContain('read out of damaged pages')
  expect(doctor(folder).out).toContain('all well')
  const left = (await Promise.all(rooms.map((room) => idsIn(file, room)))).map(({ ids }) => ids.length)
  expect(Math.min(...left)).toBeGreaterThan(80)
  expect(existsSync(`${file}.mended`)).toBe(false)
})

it('P11 says in one line what it cannot do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
  folders.push(folder)
  const done = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'server/storage/doctor/doctorMain.ts', '--data', folder],
    { cwd: root, encoding: 'utf8' },
  )
  expect([done.status, done.stdout, done.stderr]).toEqual([
    1,
    '',
    `nurie: there is no database in ${folder}: name its folder with --data.\n`,
  ])
  expect(existsSync(databaseOf(folder))).toBe(false)
  writeFileSync(databaseOf(folder), 'no database at all, but text that is longer than a header '.repeat(20))
  expect(doctor(folder)).toMatchObject({ code: 1, out: expect.stringContaining('damaged') as string })
  expect(doctor(folder, 'operate')).toMatchObject({
    code: 1,
    out: expect.stringContaining('operate') as string,
  })
})

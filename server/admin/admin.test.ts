import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { decodeNurie } from '../../files/nurieFile.ts'
import { addStroke } from '../../shared/strokes.ts'
import {
  call,
  codeOf,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  startServer,
  strokeOf,
  type TestServer,
} from '../app.fixture.ts'
import { startPostgres, type Postgres } from '../cluster/services.fixture.ts'
import { guestLabel, roomLabel } from '../log.ts'
import { newRoom } from '../rooms/access.ts'
import { openPostgres } from '../storage/postgres/postgres.ts'
import { openSqlite } from '../storage/sqlite/sqlite.ts'
import type { Store } from '../storage/store.ts'
import { runAdmin } from './admin.ts'
import { documentOf } from './roomList.ts'

const bounds = { entries: 1_000, bytes: 1_000_000 }
const folder = mkdtempSync(join(tmpdir(), 'nurie-admin-'))
let postgres: Postgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(async () => {
  await postgres.end()
  rmSync(folder, { recursive: true, force: true })
})

/** A store with what tells the command where it is. */
type Place = { environment: Record<string, string>; open(): Promise<Store> }
const places: Record<string, () => Promise<Place>> = {
  SQLite() {
    const data = mkdtempSync(join(folder, 'data-'))
    return Promise.resolve({
      environment: { NURIE_DATA: data },
      open: () => Promise.resolve(openSqlite(join(data, 'nurie.db'), bounds)),
    })
  },
  async PostgreSQL() {
    const url = await postgres.database()
    const secret = 'the secret of this cluster'
    return {
      environment: { NURIE_DATABASE_URL: url, NURIE_REDIS_URL: 'redis://127.0.0.1:1', NURIE_SECRET: secret },
      open: () => openPostgres(url, bounds),
    }
  },
}

async function admin(place: Place, ...args: string[]) {
  const lines: string[] = []
  const code = await runAdmin(args, place.environment, (line) => lines.push(line))
  return { code, text: lines.join('\n') }
}

/** Two people's strokes, one of them in a version somebody named. */
async function filled(place: Place): Promise<string> {
  const store = await place.open()
  const { record } = newRoom({ title: 'Two cats', width: 640, height: 480 })
  await store.addRoom(record, Uint8Array.of(1))
  for (const id of ['ann', 'bob'])
    await store.putGuest(record.id, { id, name: `${id} the painter`, color: '#d6336c', role: 'edit' })
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => void updates.push(update))
  addStroke(doc, strokeOf('bobs', 'bob'))
  const ofBob = Y.encodeStateAsUpdate(doc)
  addStroke(doc, strokeOf('anns', 'ann'))
  for (const bytes of updates) await store.append([{ room: record.id, guest: 'ann', bytes }])
  const version = { kind: 'named', guest: 'ann', at: 1, strokes: 1 } as const
  const add = (id: string, seq: number, bytes: Uint8Array) =>
    store.addVersion(record.id, { ...version, id, name: id, seq }, { seq, bytes }, Uint8Array.of(1))
  await add('without', 1, ofBob)
  await add('with', 2, Y.encodeStateAsUpdate(doc))
  await store.close()
  return record.id
}

describe.each(Object.keys(places))('%s', (name) => {
  it('Q62 rooms and people are listed by the hashes of the log, by ids when asked for', async () => {
    const place = await places[name]!()
    const room = await filled(place)
    const { text } = await admin(place, 'rooms')
    expect(text).toMatch(new RegExp(`^${roomLabel(room)} +Two cats +2 +2 +\\d+ +\\d{4}-.* kept$`, 'm'))
    expect(text).not.toContain(room)
    const [listed] = JSON.parse((await admin(place, 'rooms', '--ids', '--json')).text) as [{ room: string }]
    expect(listed).toMatchObject({ room, title: 'Two cats', strokes: 2, guests: 2, state: 'kept' })
    expect((await admin(place, 'guests', roomLabel(room))).text).toMatch(
      new RegExp(`^${guestLabel(room, 'ann')} +ann the painter +edit +1$`, 'm'),
    )
    const load = JSON.parse((await admin(place, 'load', '--json')).text) as object
    expect(load).toMatchObject({ inUse: 1, kept: 1, archived: 0, condemned: 0 })
  })

  it('Q63 a room is exported whole, archived, and deleted only when that is confirmed', async () => {
    const place = await places[name]!()
    const room = await filled(place)
    const out = join(folder, `${name}.nurie`)
    await admin(place, 'export', room, '--out', out)
    const file = decodeNurie(readFileSync(out))
    expect(file).toMatchObject({ title: 'Two cats', strokes: [{ id: 'bobs' }, { id: 'anns' }] })
    await expect(admin(place, 'export', room, '--out', out)).rejects.toThrow(/exist/)
    await admin(place, 'archive', room)
    expect((await admin(place, 'rooms')).text).toContain('archived')
    await expect(admin(place, 'end', room)).rejects.toThrow('--yes')
    await expect(admin(place, 'end', 'nowhere', '--yes')).rejects.toThrow('there is no room nowhere')
    expect((await admin(place, 'end', roomLabel(room), '--yes')).code).toBe(0)
    const store = await place.open()
    expect(await store.findRoom(room)).toBeUndefined()
    await store.close()
  })

  it('Q64 a person is forgotten: their name at once, their strokes and every trace of them when asked for', async () => {
    const place = await places[name]!()
    const room = await filled(place)
    await expect(admin(place, 'forget-guest', room, 'carl')).rejects.toThrow('there is no guest carl')
    await admin(place, 'forget-guest', room, guestLabel(room, 'ann'))
    let store = await place.open()
    expect((await store.guests(room)).map(({ id }) => id)).toEqual(['bob'])
    const ids = async () =>
      (await documentOf(store, room)).getArray<{ id: string }>('strokes').map(({ id }) => id)
    expect(await ids()).toEqual(['bobs', 'anns'])
    await store.putGuest(room, { id: 'ann', name: 'again', color: '#d6336c', role: 'edit' })
    await store.close()
    const { text } = await admin(place, 'forget-guest', room, 'ann', '--undo')
    expect(text).toContain('1 strokes undone, the history and 1 versions deleted')
    store = await place.open()
    expect(await ids()).toEqual(['bobs'])
    expect(await store.entries(room, 1)).toEqual([])
    expect((await store.versions(room)).map(({ id }) => id)).toEqual(['without'])
    const page = (await store.log(room)).snapshot!
    expect(Buffer.from(page.bytes).includes('anns')).toBe(false)
    expect((await store.roomUses())[0]).not.toHaveProperty('archivedAt')
    await store.close()
  })

  it('Q60 the command shows what retention would do, and changes nothing unless it is told to', async () => {
    const place = await places[name]!()
    await filled(place)
    await expect(admin(place, 'retention')).rejects.toThrow('NURIE_RETENTION_ARCHIVE_DAYS')
    const set = { ...place, environment: { ...place.environment, NURIE_RETENTION_ARCHIVE_DAYS: '30' } }
    expect((await admin(set, 'retention')).text).toContain('0 rooms are due; nothing was changed')
    expect((await admin(set, 'retention', '--apply')).text).toContain('0 archived')
  })
})

describe('beside a running server', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.end())

  it('Q62 a data folder that a server has open is read, and what would change it asks to stop that server', async () => {
    const place: Place = {
      environment: { NURIE_DATA: server.folder },
      open: () => Promise.reject(new Error()),
    }
    const room = await createRoom(server)
    const ann = await enter(server, room, 'edit', { name: 'Ann' })
    const [socket, yjs] = [connectSocket(server, ann), connectYjs(server, ann)]
    await Promise.all([socket.until('welcome'), yjs.synced()])
    yjs.paint('one', ann.guest.id)
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] > 0)
    expect((await admin(place, 'rooms')).text).toContain(roomLabel(room.room))
    await expect(admin(place, 'end', room.room, '--yes')).rejects.toThrow('another Nurie has the data folder')
    yjs.paint('two', ann.guest.id)
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] > 1)
    expect(await codeOf(call(server, ann, 'GET', 'comments'))).toBe('200')
    for (const client of [socket, yjs]) client.close()
  })

  it('Q62 what is asked wrongly is told in a sentence', async () => {
    const nowhere: Place = {
      environment: { NURIE_DATA: join(folder, 'nowhere') },
      open: () => Promise.reject(new Error()),
    }
    await expect(admin(nowhere, 'rooms')).rejects.toThrow('there is no database in')
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
    await expect(admin(nowhere, 'dance')).rejects.toThrow('there is no command dance')
    expect((await admin(nowhere)).code).toBe(1)
  })
})

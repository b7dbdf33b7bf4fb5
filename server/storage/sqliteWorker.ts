/**
 * The SQLite database itself: WAL and `synchronous = FULL`, so a commit that returned is on disk. Runs in a thread of its own
 * (sqlite.ts), where a slow disk stops nobody. The only file that knows libsql.
 */
import { crc32 } from 'node:zlib'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'libsql'
import type { RoomRecord, RoomUpdate, Store } from './store.ts'

/** The store's calls as they are here: the same, but at once. */
type Calls = {
  [Name in Exclude<keyof Store, 'close'>]: (
    ...args: Parameters<Store[Name]>
  ) => Awaited<ReturnType<Store[Name]>>
}
export type SqliteRequest = {
  [Name in keyof Calls]: { id: number; call: Name; args: Parameters<Calls[Name]> }
}[keyof Calls]
export type SqliteReply = { id: number; value: unknown } | { id: number; fault: string }

const port = parentPort
if (!port) throw new Error('this file runs as a worker thread')

const database = new Database((workerData as { file: string }).file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.pragma('busy_timeout = 5000')
database.exec(`
  create table if not exists rooms (
    id text primary key,
    created integer not null,
    title text not null,
    width integer not null,
    height integer not null,
    host_hash blob not null,
    edit_hash blob not null,
    view_hash blob not null,
    revision_reserved integer not null default 0
  );
  create table if not exists line_art (room text primary key, png blob not null);
  create table if not exists ops (
    room text not null,
    seq integer not null,
    bytes blob not null,
    crc integer not null,
    received_at integer not null,
    primary key (room, seq)
  );
  create table if not exists probe (id integer primary key, at integer not null);
`)

type RoomRow = { id: string; title: string; width: number; height: number } & Record<
  'host_hash' | 'edit_hash' | 'view_hash',
  ArrayBuffer
>

const sql = {
  addRoom: database.prepare(
    'insert into rooms (id, created, title, width, height, host_hash, edit_hash, view_hash) values (?, ?, ?, ?, ?, ?, ?, ?)',
  ),
  addLineArt: database.prepare('insert into line_art (room, png) values (?, ?)'),
  room: database.prepare(
    'select id, title, width, height, host_hash, edit_hash, view_hash from rooms where id = ?',
  ),
  lineArt: database.prepare('select png from line_art where room = ?'),
  ops: database.prepare('select bytes, crc from ops where room = ? order by seq'),
  lastSeq: database.prepare('select max(seq) as seq from ops where room = ?'),
  addOp: database.prepare('insert into ops (room, seq, bytes, crc, received_at) values (?, ?, ?, ?, ?)'),
  reserved: database.prepare('select revision_reserved as reserved from rooms where id = ?'),
  reserve: database.prepare('update rooms set revision_reserved = ? where id = ?'),
  probe: database.prepare('insert or replace into probe (id, at) values (1, ?)'),
}

function atomically<T>(work: () => T): T {
  database.exec('begin immediate')
  try {
    const value = work()
    database.exec('commit')
    return value
  } catch (error) {
    // A failed commit may have rolled back by itself already.
    if (database.inTransaction) database.exec('rollback')
    throw error
  }
}

/** The last sequence number of each room appended to, so that an append need not look it up. */
const lastSeqs = new Map<string, number>()

const lastSeq = (room: string) =>
  lastSeqs.get(room) ?? (sql.lastSeq.get(room) as { seq: number | null }).seq ?? 0

const calls: Calls = {
  addRoom(room: RoomRecord, linePng: Uint8Array) {
    const { host, edit, view } = room.keyHashes
    atomically(() => {
      sql.addRoom.run(room.id, Date.now(), room.title, room.width, room.height, host, edit, view)
      sql.addLineArt.run(room.id, linePng)
    })
  },
  findRoom(id) {
    const row = sql.room.get(id) as RoomRow | undefined
    if (!row) return undefined
    const { title, width, height } = row
    const keyHashes = {
      host: new Uint8Array(row.host_hash),
      edit: new Uint8Array(row.edit_hash),
      view: new Uint8Array(row.view_hash),
    }
    return { id, title, width, height, keyHashes }
  },
  linePng(id) {
    const row = sql.lineArt.get(id) as { png: ArrayBuffer } | undefined
    return row && new Uint8Array(row.png)
  },
  updates(id) {
    const rows = sql.ops.all(id) as { bytes: ArrayBuffer; crc: number }[]
    return rows.map((row, index) => {
      const bytes = new Uint8Array(row.bytes)
      if (crc32(bytes) !== row.crc)
        throw new Error(`update ${index + 1} of a room does not match its checksum`)
      return bytes
    })
  },
  append(updates: readonly RoomUpdate[]) {
    const seqs = new Map<string, number>()
    const now = Date.now()
    atomically(() => {
      for (const { room, bytes } of updates) {
        const seq = (seqs.get(room) ?? lastSeq(room)) + 1
        sql.addOp.run(room, seq, bytes, crc32(bytes), now)
        seqs.set(room, seq)
      }
    })
    if (lastSeqs.size > 10_000) lastSeqs.clear()
    for (const [room, seq] of seqs) lastSeqs.set(room, seq)
  },
  reserveRevisions(id, count) {
    return atomically(() => {
      const row = sql.reserved.get(id) as { reserved: number } | undefined
      if (!row) throw new Error('there is no such room to reserve revisions for')
      sql.reserve.run(row.reserved + count, id)
      return row.reserved + 1
    })
  },
  probe() {
    sql.probe.run(1 * Date.now())
  },
}

port.on('message', (request: SqliteRequest | 'close') => {
  if (request === 'close') {
    database.close()
    port.close()
    return
  }
  let reply: SqliteReply
  try {
    const value = (calls[request.call] as (...args: unknown[]) => unknown)(...request.args)
    reply = { id: request.id, value }
  } catch (error) {
    reply = { id: request.id, fault: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(reply)
})

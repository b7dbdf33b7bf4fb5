/** Against the real PostgreSQL, and two stores on it where two servers matter. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { seeded } from '../../../shared/golden.fixture.ts'
import { startPostgres, type Postgres } from '../../cluster/services.fixture.ts'
import { newRoom } from '../../rooms/access.ts'
import { openJournal } from '../journal.ts'
import type { RoomUpdate } from '../store.ts'
import { storeContract } from '../storeContract.fixture.ts'
import { faultKindOf } from '../storeFault.ts'
import { openCutProxy } from './cutProxy.fixture.ts'
import { openPostgres, type ClusterStore } from './postgres.ts'

const bounds = { entries: 20, bytes: 1_000_000 }
let postgres: Postgres
let url: string
let store: ClusterStore
let other: ClusterStore
beforeAll(async () => {
  postgres = await startPostgres()
  url = await postgres.database()
  // As a database may be set; nothing may hang on it.
  const name = new URL(url).pathname.slice(1)
  await query(`alter database ${name} set default_transaction_isolation = 'serializable'`)
  await query(`alter database ${name} set synchronous_commit = off`)
  // Both make the tables.
  ;[store, other] = await Promise.all([openPostgres(url, bounds), openPostgres(url, bounds)])
}, 30_000)
afterAll(async () => {
  await Promise.all([store.close(), other.close()])
  await postgres.end()
})

storeContract(
  () => store,
  async () => {
    await store.close()
    store = await openPostgres(url, bounds)
  },
)

async function query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(text, values).finally(() => client.end())
  return rows
}

async function addRoom() {
  const { record } = newRoom({ title: '', width: 1, height: 1 })
  await store.addRoom(record, Uint8Array.of(1))
  return record.id
}

const update = (room: string, text: string, more: Partial<RoomUpdate> = {}): RoomUpdate => ({
  room,
  bytes: new TextEncoder().encode(text),
  guest: 'ann',
  ...more,
})
const textsOf = async (room: string) =>
  (await other.entries(room, 1)).map(({ seq, bytes }) => `${seq} ${new TextDecoder().decode(bytes)}`)

it('Q3 servers that append to the same rooms at once: numbers without holes, each update once, who was overtaken is told', async () => {
  const rooms = [await addRoom(), await addRoom(), await addRoom()]
  /** By room: what each append was told that it got. */
  const told = new Map(rooms.map((room) => [room, new Set<string>()]))
  let overtaken = 0
  async function write(from: ClusterStore, writer: number): Promise<void> {
    const random = seeded(writer + 1)
    for (let i = 0; i < 40; i++) {
      const batch = Array.from({ length: 1 + random(4) }, (_, j) =>
        update(rooms[random(3)]!, `${writer}:${i}:${j}`),
      )
      const numbers = await from.append(batch)
      for (const [j, { room }] of batch.entries()) told.get(room)!.add(`${numbers[j]} ${writer}:${i}:${j}`)
    }
  }
  /** Everybody goes on with the history of one Yjs client, from where they last saw it. */
  const room = rooms[0]!
  async function compete(from: ClusterStore, writer: number): Promise<void> {
    let clock = 0
    for (let made = 0; made < 20;) {
      const step = { client: 7, from: clock, to: clock + 1 }
      const text = `step ${clock}`
      try {
        const [seq] = await from.append([
          update(room, text, { guest: '', claims: [7], clocks: [step] }),
          update(rooms[1]!, `${writer} made ${clock}`),
        ])
        told.get(room)!.add(`${seq} ${text}`)
        made++
        clock++
      } catch (error) {
        expect(faultKindOf(error)).toBe('behind')
        overtaken++
        clock = (await textsOf(room)).filter((each) => each.includes('step')).length
      }
    }
  }
  await Promise.all([
    ...[0, 1, 2, 3].map((writer) => write(writer % 2 ? store : other, writer)),
    compete(store, 10),
    compete(other, 11),
  ])
  expect(overtaken).toBeGreaterThan(5)
  for (const room of rooms) {
    const texts = await textsOf(room)
    expect(texts.map((text) => Number(text.split(' ')[0]))).toEqual(texts.map((_, i) => i + 1))
    const own = texts.filter((text) => !text.includes('made'))
    expect(new Set(own)).toEqual(told.get(room))
    expect((await store.heads([room])).get(room)!.seq).toBe(texts.length)
  }
  const steps = (await textsOf(room)).filter((text) => text.includes('step'))
  expect(steps.map((text) => text.replace(/^\d+ /, ''))).toEqual(steps.map((_, i) => `step ${i}`))
  expect((await textsOf(rooms[1]!)).filter((text) => text.includes('made'))).toHaveLength(40)
})

it('Q4 batches of the same rooms in any order never wait for each other in a circle', async () => {
  const rooms = await Promise.all(Array.from({ length: 6 }, addRoom))
  const append = async (from: ClusterStore, seed: number) => {
    const random = seeded(seed)
    for (let i = 0; i < 25; i++) {
      const order = [...rooms].sort(() => random(3) - 1)
      await from.append(order.map((room) => update(room, `${seed} ${i}`)))
      await from.putComment(order[0]!, {
        ...{
          id: `${seed}`,
          on: null,
          guest: 'ann',
          x: 1,
          y: 1,
          text: `${i}`,
          at: i,
          edited: false,
          resolved: false,
        },
      })
      await from.addSnapshot(order[1]!, { seq: i + 1, bytes: Uint8Array.of(i) })
    }
  }
  await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => append(seed % 2 ? store : other, seed)))
  const [counted] = await query(
    'select deadlocks::int from pg_stat_database where datname = current_database()',
  )
  expect(counted).toEqual({ deadlocks: 0 })
  for (const room of rooms) expect((await store.heads([room])).get(room)!.seq).toBe(150)
})

it('Q5 a commit whose connection broke is found when it is tried again: it is there once, and nobody is told behind', async () => {
  const proxy = await openCutProxy(postgres.port)
  const through = await openPostgres(url.replace(`:${postgres.port}/`, `:${proxy.port}/`), bounds)
  const [room, second] = [await addRoom(), await addRoom()]
  let failures = 0
  const journal = openJournal({
    append: (updates) => through.append(updates),
    onFailure: () => void failures++,
    pause: () => new Promise((resolve) => setTimeout(resolve, 5)),
  })
  let clock = 0
  const write = async (text: string) => {
    const step = { client: 9, from: clock, to: ++clock }
    const [seq] = await Promise.all([
      journal.write(update(room, text, { claims: [9], clocks: [step] })),
      journal.write(update(second, text)),
    ])
    return `${seq} ${text}`
  }
  const told: string[] = [await write('whole')]
  for (const cut of ['answer', 'commit', 'late'] as const) {
    const before = failures
    const wasCut = proxy.cutNext(cut)
    const writes = [write(cut), write(`after ${cut}`)]
    await wasCut
    if (cut === 'late') {
      // The next try waits for the transaction that nobody has an answer of.
      const isWaiting = async () =>
        expect(await query("select from pg_stat_activity where wait_event_type = 'Lock'")).toHaveLength(1)
      await vi.waitFor(isWaiting)
      proxy.release()
    }
    told.push(...(await Promise.all(writes)))
    expect(failures).toBeGreaterThan(before)
  }
  expect(await textsOf(room)).toEqual(told)
  expect(await textsOf(second)).toHaveLength(told.length)
  await through.close()
  await proxy.close()
})

it('Q5 nothing that was told saved is lost, and nothing is there twice, when the database is killed under load', async () => {
  const rooms = [await addRoom(), await addRoom()]
  const told = new Map(rooms.map((room) => [room, [] as string[]]))
  const kinds = new Set<string>()
  const journals = [store, other].map((each) =>
    openJournal({
      append: (updates) => each.append(updates),
      onFailure: (_, error) => void kinds.add(faultKindOf(error)),
      pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
    }),
  )
  let isOver = false
  let count = 0
  const written = journals.flatMap((journal, server) =>
    [0, 1, 2].map(async (writer) => {
      const client = 10 * server + writer
      for (let clock = 0; !isOver; clock++) {
        const room = rooms[writer % 2]!
        const text = `${server} ${writer} ${clock}`
        const step = { client, from: clock, to: clock + 1 }
        const seq = await journal.write(
          update(room, text, { guest: `${client}`, claims: [client], clocks: [step] }),
        )
        told.get(room)!.push(`${seq} ${text}`)
        count++
      }
    }),
  )
  for (let kill = 1; kill <= 3; kill++) {
    const before = count
    await vi.waitFor(() => expect(count).toBeGreaterThan(before + 60), 10_000)
    await postgres.kill()
    await vi.waitFor(() => expect(kinds).toContain('disk'), 5_000)
    await expect(store.probe()).rejects.toMatchObject({ kind: 'disk' })
    await postgres.start()
    kinds.delete('disk')
  }
  await vi.waitFor(() => store.probe(), 5_000)
  isOver = true
  await Promise.all(written)
  expect(kinds.size).toBeLessThanOrEqual(1)
  for (const room of rooms) expect(new Set(await textsOf(room))).toEqual(new Set(told.get(room)))
  const all = (await Promise.all(rooms.map(textsOf))).flat()
  expect(all).toHaveLength(count)
}, 30_000)

it('P1 a commit is on disk before it is told, whatever the database is set to', async () => {
  expect(await query("select current_setting('synchronous_commit') as set")).toEqual([{ set: 'off' }])
  expect(await store.unsafeSettings()).toEqual([])
})

it('Q4 rooms that take long to load hold up nobody’s strokes', async () => {
  const room = await addRoom()
  const holder = new pg.Client(url)
  await holder.connect()
  await holder.query('begin')
  await holder.query('lock table snapshots in access exclusive mode')
  const loads = Array.from({ length: 20 }, () => store.log(room))
  expect(await store.append([update(room, 'meanwhile')])).toEqual([1])
  expect((await store.heads([room])).get(room)!.seq).toBe(1)
  await store.probe()
  await holder.query('rollback')
  await holder.end()
  expect((await Promise.all(loads)).map(({ entries }) => entries.length)).toEqual(loads.map(() => 1))
})

it('P3 much that was written while the database was away is one batch too, and one room’s long log comes along whole', async () => {
  const room = await addRoom()
  const large = Array.from({ length: 12 }, (_, i) => ({
    ...{ room, bytes: new Uint8Array(1_000_000).fill(i), guest: '' },
  }))
  expect(await store.append(large)).toEqual(large.map((_, i) => i + 1))
  const { entries } = await store.log(room)
  const isSame = (found: typeof entries) =>
    found.length === large.length && found.every(({ bytes }, i) => Buffer.from(bytes).equals(large[i]!.bytes))
  expect(isSame(entries)).toBe(true)
  const { record } = newRoom({ title: '', width: 1, height: 1 })
  const nothing = { guests: [], claims: new Map<number, string>(), versions: [], finished: [], comments: [] }
  const snapshot = { seq: 12, bytes: Uint8Array.of(1) }
  await store.addRoom(record, Uint8Array.of(1), { ...nothing, entries, snapshot })
  expect(isSame(await store.entries(record.id, 1))).toBe(true)
})

it.each([
  ['53100', 'full'],
  ['53300', 'disk'],
  ['57P01', 'disk'],
  ['57014', 'disk'],
  ['08006', 'disk'],
  ['25006', 'disk'],
  ['25P03', 'disk'],
  ['55P03', 'disk'],
  ['58030', 'disk'],
  ['40P01', 'disk'],
  ['28P01', 'disk'],
  ['ECONNREFUSED', 'disk'],
  ['ENOTFOUND', 'disk'],
  ['XX001', 'damaged'],
  ['23505', 'other'],
  ['42P01', 'other'],
])('P4 the code %s of the database is told as %s', (code, kind) => {
  expect(faultKindOf(Object.assign(new Error('x'), { code }))).toBe(kind)
})

it('P3 a batch is all or nothing', async () => {
  const room = await addRoom()
  const good = update(room, 'good', { claims: [7] })
  await expect(store.append([good, { room, bytes: null as never, guest: 'ann' }])).rejects.toThrow()
  await expect(store.append([good, { ...good, room: 'nowhere' }])).rejects.toThrow('no such room')
  expect(await store.log(room)).toEqual({ claims: new Map(), entries: [] })
  expect(await store.append([good])).toEqual([1])
})

it('P7 what was changed in the database is noticed, in its room only; what lies before it is there', async () => {
  const [hurt, well] = [await addRoom(), await addRoom()]
  for (const text of ['1', '2', '3']) await store.append([update(hurt, text), update(well, text)])
  await query("update ops set bytes = 'x' where room = $1 and seq = 2", [hurt])
  expect(await store.log(hurt)).toMatchObject({ damagedAt: 2, entries: [{ seq: 1 }] })
  expect(await store.log(well)).not.toHaveProperty('damagedAt')
  expect((await store.log(well)).entries).toHaveLength(3)
  // At the end too: the room knows how far it was.
  await query('delete from ops where room = $1 and seq = 3', [well])
  expect(await store.log(well)).toMatchObject({ damagedAt: 3, entries: [{ seq: 1 }, { seq: 2 }] })
  await query("update line_art set png = 'x' where room = $1", [well])
  await expect(store.linePng(well)).rejects.toMatchObject({ kind: 'damaged' })
})

it('P7 of several snapshots the newest undamaged one counts; a hole in the log is damage', async () => {
  const room = await addRoom()
  for (const text of ['1', '2', '3', '4']) await store.append([update(room, text)])
  await store.addSnapshot(room, { seq: 1, bytes: Uint8Array.of(10) })
  await store.addSnapshot(room, { seq: 3, bytes: Uint8Array.of(30) })
  await query('update snapshots set crc = 0 where room = $1 and seq = 3', [room])
  expect(await store.log(room)).toMatchObject({
    snapshot: { seq: 1 },
    entries: [{ seq: 2 }, { seq: 3 }, { seq: 4 }],
  })
  await query('delete from ops where room = $1 and seq = 3', [room])
  expect(await store.log(room)).toMatchObject({ snapshot: { seq: 1 }, entries: [{ seq: 2 }], damagedAt: 3 })
})

/** Numbers of what is kept of a room. */
async function keptOf(room: string) {
  const numbers = async (table: string) =>
    (await query(`select seq::int from ${table} where room = $1 order by seq`, [room])).map(({ seq }) => seq)
  return { entries: await numbers('ops'), snapshots: await numbers('snapshots') }
}

it('P9 a log beyond its bounds loses the oldest entries, up to the oldest snapshot that is no version’s', async () => {
  const room = await addRoom()
  const grow = (count: number, by = 1) =>
    store.append(Array.from({ length: count }, () => ({ room, bytes: new Uint8Array(by), guest: '' })))
  const snapshot = (seq: number) => store.addSnapshot(room, { seq, bytes: Uint8Array.of(seq) })
  await grow(20)
  const version = { id: 'v', kind: 'named' as const, name: '', guest: '', seq: 3, at: 0, strokes: 0 }
  await store.addVersion(room, version, { seq: 3, bytes: Uint8Array.of(3) }, Uint8Array.of(1))
  await snapshot(10)
  await snapshot(20)
  expect((await keptOf(room)).entries).toHaveLength(20)
  await grow(1)
  await snapshot(21)
  expect(await keptOf(room)).toEqual({
    entries: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
    snapshots: [3, 10, 20, 21],
  })
  await grow(2, 600_000)
  await snapshot(23)
  expect(await keptOf(room)).toEqual({ entries: [21, 22, 23], snapshots: [3, 20, 21, 23] })
  expect(await store.log(room)).toMatchObject({ snapshot: { seq: 23 }, entries: [] })
  expect(await store.append([update(room, 'next')])).toEqual([24])
  await store.removeVersion(room, 'v')
  expect((await keptOf(room)).snapshots).toEqual([20, 21, 23])
})

it('Q8 servers and workers live for 15 s of the database’s time after they last said so', async () => {
  const server = { id: 'a', kind: 'server', version: '1', coloring: 'x' } as const
  const worker = { id: 'b', kind: 'worker', version: '1', coloring: 'x' } as const
  await store.noteNode(server)
  await store.noteNode(worker)
  expect(await other.liveNodes()).toEqual([server, worker])
  await query("update nodes set seen_at = now() - interval '14 seconds' where id = 'a'")
  expect(await other.liveNodes()).toHaveLength(2)
  await query("update nodes set seen_at = now() - interval '16 seconds' where id = 'a'")
  expect(await other.liveNodes()).toEqual([worker])
  await store.noteNode({ ...server, coloring: 'y' })
  expect(await other.liveNodes()).toEqual([{ ...server, coloring: 'y' }, worker])
  await other.removeNode('a')
  expect(await store.liveNodes()).toEqual([worker])
  // Who died long ago is forgotten.
  await query("update nodes set seen_at = now() - interval '1 day'")
  await store.noteNode(server)
  expect(await query('select id from nodes')).toEqual([{ id: 'a' }])
})

/** Whatever is asked of them, PostgreSQL and SQLite answer the same. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seeded } from '../../../shared/golden.fixture.ts'
import { startPostgres, type Postgres } from '../../cluster/services.fixture.ts'
import { newRoom } from '../../rooms/access.ts'
import { openCalls, type SqliteCalls } from '../sqlite/sqliteCalls.ts'
import type { RoomUpdate } from '../store.ts'
import { faultKindOf } from '../storeFault.ts'
import { openPostgres, type ClusterStore } from './postgres.ts'

const bounds = { entries: 12, bytes: 2_000 }
let postgres: Postgres
let store: ClusterStore
let sqlite: SqliteCalls
beforeAll(async () => {
  postgres = await startPostgres(['fsync=off'])
  store = await openPostgres(await postgres.database(), bounds)
  sqlite = openCalls(':memory:', bounds)
}, 30_000)
afterAll(async () => {
  sqlite.close()
  await store.close()
  await postgres.end()
})

type Call = (on: SqliteCalls | ClusterStore) => unknown

/** What an answer is but for times and how changes are counted; or why there was none. */
async function answerOf(call: Call, on: SqliteCalls | ClusterStore): Promise<unknown> {
  try {
    const answer = await Promise.resolve().then(() => call(on))
    return JSON.parse(JSON.stringify(answer ?? null, plain)) as unknown
  } catch (error) {
    // A row that is there already has each database's own words.
    return `rejected: ${faultKindOf(error)}`
  }
}

const plain = (key: string, value: unknown) => {
  if (key === 'at' || key === 'changes') return 0
  if (value instanceof Map) return [...value].sort()
  return value
}

it.each([1, 2, 3])('P3 PostgreSQL answers as SQLite does, whatever comes (%i)', async (seed) => {
  const random = seeded(seed)
  const pick = <T>(list: readonly T[]) => list[random(list.length)]!
  const records = [1, 2, 3].map(() => newRoom({ title: 'x', width: 2, height: 2 }).record)
  const rooms = [...records.map(({ id }) => id), 'nowhere']
  const guests = ['ann', 'bob', '']
  const bytes = () => new Uint8Array(random(300)).fill(random(256))
  let count = 0
  const update = (room = pick(rooms.slice(0, 3))): RoomUpdate => ({
    room,
    bytes: bytes(),
    guest: pick(guests),
    ...(random(3) === 0 && { claims: [random(3)] }),
    ...(random(3) === 0 && { clocks: [{ client: random(3), from: random(3), to: 1 + random(3) }] }),
  })
  const id = () => `i${random(6)}`
  const comment = () => ({
    ...{ id: id(), on: random(2) ? null : id(), guest: pick(guests), x: random(9), y: random(9) },
    ...{ text: `t${random(9)}`, at: random(5), edited: random(2) === 0, resolved: random(2) === 0 },
  })
  const region = () => ({
    ...{ id: id(), guest: 'ann', x: 1, y: 2, gap: 3, at: random(4), left: 5, top: 6 },
    ...{ picture: bytes(), flats: bytes() },
  })
  /** Of an entry that there was. */
  const seqOf = (room: string) => random(sqlite.heads([room]).get(room)!.seq + 1)
  const version = () => ({
    ...{ id: `v${count++}`, kind: pick(['automatic', 'named'] as const), name: 'n', guest: 'ann' },
    ...{ seq: seqOf(rooms[1]!), at: count, strokes: random(9) },
  })
  const made: string[] = ['v']
  function next(): Call {
    const room = pick(rooms)
    switch (random(16)) {
      case 0:
        return constant((value) => (on) => on.changeRoom(room, value), {
          locked: random(2) === 0,
          title: `${count}`,
        })
      case 1:
        return constant((value) => (on) => on.addSnapshot(rooms[0]!, value), {
          seq: seqOf(rooms[0]!),
          bytes: bytes(),
        })
      case 2: {
        const value = version()
        made.push(value.id)
        return constant((snapshot) => (on) => on.addVersion(rooms[1]!, value, snapshot, Uint8Array.of(1)), {
          seq: value.seq,
          bytes: bytes(),
        })
      }
      case 3:
        return constant((value) => (on) => on.removeVersion(rooms[1]!, value), pick(made))
      case 4:
        return constant((value) => (on) => on.version(room, value), pick(made))
      case 5:
        return constant((value) => (on) => on.putComment(rooms[0]!, value), comment())
      case 6:
        return constant((value) => (on) => on.removeComment(room, value), id())
      case 7:
        return constant((value) => (on) => on.addFinished(rooms[2]!, value), region())
      case 8:
        return constant((value) => (on) => on.removeFinished(room, value), id())
      case 9:
        return constant((value) => (on) => on.reserveRevisions(room, value), random(9))
      case 10:
        return constant((value) => (on) => on.putGuest(rooms[0]!, value), {
          ...{ id: pick(guests), name: `${count}`, color: '#ffffff', role: 'edit' as const },
        })
      case 11:
        return constant((value) => (on) => on.append(value), [update('nowhere')])
      default: {
        const batch = Array.from({ length: 1 + random(3) }, () => update())
        return constant((value) => (on) => on.append(value), batch)
      }
    }
  }
  const looks: Call[] = rooms.flatMap((room): Call[] => [
    (on) => on.findRoom(room),
    (on) => on.log(room),
    (on) => on.entries(room, 3),
    (on) => on.versions(room),
    (on) => on.finished(room),
    (on) => on.comments(room),
    (on) => on.guests(room),
    (on) => on.reservedRevisions(room),
    (on) => on.heads(rooms),
  ])
  for (const record of records) {
    const add: Call = (on) => on.addRoom(record, Uint8Array.of(1))
    expect(await answerOf(add, store)).toEqual(await answerOf(add, sqlite))
  }
  for (let step = 0; step < 400; step++) {
    const call = step % 100 === 99 ? looks : [next()]
    for (const each of call) expect(await answerOf(each, store)).toEqual(await answerOf(each, sqlite))
  }
})

const constant = <T>(call: (value: T) => Call, value: T): Call => call(value)

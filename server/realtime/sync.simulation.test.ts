/**
 * Honest people over a bad network: the real room, gate and Yjs connections, stock Yjs on the other side, and a network, a disk and
 * a server that fail when the seed says so. Messages of a connection arrive in order but late; connections break with what was
 * under way; the server dies with what was not on disk, and comes back.
 *
 * Whatever the schedule: no honest change is ever refused, nothing that was called saved is missing, nothing is there twice or of
 * somebody who did not paint it, and when it is quiet everybody has the same page.
 */
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { seeded } from '../../shared/golden.fixture.ts'
import { pageOf, paletteOf } from '../../shared/strokes.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { newRoom } from '../rooms/access.ts'
import { openRoom, type Room } from '../rooms/room.ts'
import type { LogEntry, RoomUpdate } from '../storage/store.ts'
import { idsOf, Person, settled, type Link } from './honestPerson.fixture.ts'
import { updateMessage, type YjsConnection } from './yjsConnection.ts'

const SCHEDULES = 200
const STEPS = 220
const { limits } = readConfig({ NURIE_LIMIT_MESSAGES: '1000000', NURIE_LIMIT_COMMITS: '1000000' })
const { record } = newRoom({ title: '', width: 64, height: 64 })

/** One disk and the server over it: `crash` forgets what was not committed. */
class Server {
  readonly entries: LogEntry[] = []
  readonly claims = new Map<number, string>()
  /** What every commit told to be saved. */
  readonly saved = new Map<number, number>()
  #queue: { update: RoomUpdate; done(seq: number): void }[] = []
  connections = new Set<{ connection: YjsConnection; link: Link }>()
  room: Room = this.#open()

  #open(): Room {
    let revision = 0
    return openRoom({
      record,
      entries: { entries: [...this.entries], claims: new Map(this.claims) },
      guests: [],
      finished: [],
      comments: [],
      store: {
        log: () => Promise.reject(new Error('nobody else writes')),
        entries: () => Promise.resolve([]),
        heads: () => Promise.resolve(new Map()),
        findRoom: () => Promise.resolve(undefined),
        guests: () => Promise.resolve([]),
        finished: () => Promise.resolve([]),
        comments: () => Promise.resolve([]),
        changeRoom: () => Promise.resolve(),
        putGuest: () => Promise.resolve(),
        removeGuest: () => Promise.resolve(),
        addFinished: () => Promise.resolve(),
        removeFinished: () => Promise.resolve(),
        putComment: () => Promise.resolve(),
        removeComment: () => Promise.resolve(),
      },
      addSnapshot: () => Promise.resolve(),
      isReadOnly: () => false,
      revisions: { current: () => revision, next: () => ++revision, heard: () => {} },
      journal: {
        write: (update) => new Promise((done) => this.#queue.push({ update, done })),
        settled: () => Promise.resolve(),
        oldestMs: () => 0,
        close: () => Promise.resolve(),
      },
      coloring: {
        touch() {},
        attend() {},
        want() {},
        whole: () => Promise.resolve(),
        isReady: () => true,
        setFinished() {},
        finish: () => Promise.resolve('no-region'),
      },
      limits,
      tell: {
        refused() {},
        gone() {},
        relay: (_, update, from) => {
          for (const { connection } of this.connections) connection.relay(updateMessage(update), from)
        },
        saved: (_, clock) => {
          for (const [client, end] of Object.entries(clock))
            this.saved.set(Number(client), Math.max(end, this.saved.get(Number(client)) ?? 0))
        },
        painted() {},
        caughtUp() {},
        opened() {},
        closed() {},
        frame() {},
        status() {},
        notice() {},
        writable() {},
        access() {},
        link() {},
        page() {},
        finished() {},
        comment() {},
      },
      log: openLog('silent'),
    })
  }

  commit(): void {
    for (const { update, done } of this.#queue.splice(0)) {
      const seq = this.entries.length + 1
      this.entries.push({ seq, at: 0, guest: update.guest, bytes: update.bytes })
      for (const client of update.claims ?? []) this.claims.set(client, update.guest)
      done(seq)
    }
  }

  crash(): void {
    for (const { link } of this.connections) link.break()
    this.#queue = []
    this.room.close()
    this.room = this.#open()
  }
}

async function simulate(seed: number): Promise<string> {
  const random = seeded(seed)
  const trace: string[] = []
  const server = new Server()
  let clientIds = 1000 * (1 + random(1000))
  const people = Array.from({ length: 2 + random(4) }, (_, i) => new Person(`g${i}`, clientIds++))
  const refused = () => people.map(({ link }) => link?.refusal).find(Boolean)

  const deliver = async (person: Person) => {
    const message = person.link?.toServer.shift()
    if (message) person.link!.emit('message', Buffer.from(message), true)
    await settled()
  }
  for (let step = 0; step < STEPS; step++) {
    const person = people[random(people.length)]!
    switch (random(12)) {
      case 0:
      case 1:
      case 2:
        trace.push(person.act(random, step))
        break
      case 3:
      case 4:
      case 5:
      case 6:
        for (let i = random(4); i >= 0; i--) await deliver(person)
        break
      case 7:
      case 8:
        for (let i = random(4); i >= 0; i--) person.hear()
        break
      case 9:
        server.commit()
        await settled()
        break
      case 10:
        if (!person.link) person.connect(server)
        else if (random(3) === 0) person.link.break()
        break
      default:
        if (random(4) === 0) {
          server.crash()
          trace.push('crash')
        } else if (random(4) === 0) person.reload(clientIds++)
    }
    expect(refused(), `seed ${seed}, step ${step}: an honest change was refused`).toBeUndefined()
  }
  for (const person of people) if (!person.link) person.connect(server)
  for (let quiet = 0; quiet < 3;) {
    let isQuiet = true
    for (const person of people) {
      while (person.link!.toServer.length > 0) {
        await deliver(person)
        isQuiet = false
      }
      while (person.link!.toClient.length > 0) {
        person.hear()
        isQuiet = false
      }
    }
    server.commit()
    await settled()
    quiet = isQuiet ? quiet + 1 : 0
    expect(refused(), `seed ${seed}: an honest change was refused in the end`).toBeUndefined()
  }

  const strokes = server.room.strokes()
  const ids = strokes.map(({ id }) => id)
  const entriesOf = (map: Y.Map<unknown>) => Object.entries(map.toJSON()).sort()
  const page = (doc: Y.Doc) => JSON.stringify([idsOf(doc), entriesOf(pageOf(doc)), entriesOf(paletteOf(doc))])
  const stored = new Y.Doc()
  for (const { bytes } of server.entries) Y.applyUpdate(stored, bytes)
  for (const { doc } of people) expect(page(doc), `seed ${seed}: pages differ`).toBe(page(stored))
  expect(ids).toEqual(idsOf(stored))
  expect(new Set(ids).size, `seed ${seed}: a stroke is there twice`).toBe(ids.length)
  for (const { id, by } of strokes) expect(id.startsWith(`${by}-`)).toBe(true)
  const end = Y.decodeStateVector(Y.encodeStateVector(stored))
  for (const [client, clock] of server.saved) {
    expect(end.get(client) ?? 0, `seed ${seed}: what was saved is gone`).toBeGreaterThanOrEqual(clock)
  }
  for (const { guest, intended } of people) {
    const theirs = ids.filter((id) => id.startsWith(`${guest}-`))
    expect(theirs.sort(), `seed ${seed}: not what ${guest} painted`).toEqual(intended.sort())
  }
  server.room.close()
  trace.push(page(stored))
  return trace.join('\n')
}

it('Y6 200 schedules of honest clients on a bad network: nothing refused, lost, doubled; all pages equal in the end', async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) await simulate(seed)
})

it('Y6 a schedule run twice is the same', async () => {
  for (const seed of [7, 77, 777]) expect(await simulate(seed)).toBe(await simulate(seed))
})

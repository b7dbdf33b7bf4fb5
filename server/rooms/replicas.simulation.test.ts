/**
 * One room on several servers over one store: the real rooms, journals, gate and Yjs connections, honest people who come to another server
 * each time their connection breaks, a bus that loses, delays and reorders, servers that die and come back, commits that take as long
 * as the seed says. And somebody who says different things under the same clocks to two servers at once.
 *
 * Whatever the schedule: no honest change is refused, nothing that was called saved is missing, nothing is there twice, and when it is
 * quiet every server, every person and the log have the same page.
 */
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import type { Bus, RoomKind, RoomMessages } from '../cluster/bus.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { idsOf, Person, settled, type Link, type Random } from '../realtime/honestPerson.fixture.ts'
import { updateMessage, type YjsConnection } from '../realtime/yjsConnection.ts'
import { strokeOf } from '../app.fixture.ts'
import { seeded } from '../../shared/golden.fixture.ts'
import { addStroke, pageOf, paletteOf } from '../../shared/strokes.ts'
import { openJournal, type Journal } from '../storage/journal.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import type { RoomUpdate, Store } from '../storage/store.ts'
import { newRoom } from './access.ts'
import { openRoom, type Room, type RoomListener } from './room.ts'

const SCHEDULES = 60
const STEPS = 200
const { limits } = readConfig({ NURIE_LIMIT_MESSAGES: '1000000', NURIE_LIMIT_COMMITS: '1000000' })
const log = openLog('silent')
const nothing = () => {}

/** Messages wait until the seed delivers or loses them, in any order. */
class LossyBus {
  readonly #listeners = new Map<string, { node: string; heard(message: never): void }>()
  #waiting: { from: string; kind: RoomKind; message: RoomMessages[RoomKind] }[] = []

  of(node: string): Bus {
    return {
      node,
      tell: (_room, kind, message) => void this.#waiting.push({ from: node, kind, message }),
      listen: (_room, kind, heard) => {
        const key = `${node} ${kind}`
        this.#listeners.set(key, { node, heard: (message) => heard(message, '') })
        return () => void this.#listeners.delete(key)
      },
      isConnected: () => true,
      onConnected: nothing,
      close: () => Promise.resolve(),
    }
  }

  step(random: Random): void {
    const [sent] = this.#waiting.splice(random(this.#waiting.length || 1), 1)
    if (!sent || random(3) === 0) return
    for (const [key, { node, heard }] of this.#listeners)
      if (node !== sent.from && key.endsWith(` ${sent.kind}`)) heard(sent.message as never)
  }
}

/** One server: `commit` lets its journal's next append reach the store; `crash` forgets what was not there. */
class Server {
  readonly connections = new Set<{ connection: YjsConnection; link: Link }>()
  readonly saved = new Map<number, number>()
  readonly #store: Store
  readonly #bus: Bus
  readonly #id: string
  room!: Room
  #journal!: Journal
  #appends: {
    updates: readonly RoomUpdate[]
    resolve(seqs: number[]): void
    reject(error: unknown): void
  }[] = []

  constructor(store: Store, bus: Bus, id: string) {
    this.#store = store
    this.#bus = bus
    this.#id = id
  }

  async open(): Promise<void> {
    const [store, id] = [this.#store, this.#id]
    const head = (await store.heads([id])).get(id)!
    this.#appends = []
    this.#journal = openJournal({
      append: (updates) =>
        new Promise((resolve, reject) => void this.#appends.push({ updates, resolve, reject })),
      onFailure: (_rooms, error) => expect.fail(String(error)),
    })
    let revision = 0
    const listener: RoomListener = {
      relay: (_, update, from) => {
        for (const { connection } of this.connections) connection.relay(updateMessage(update), from)
      },
      saved: (_, clock) => {
        for (const [client, end] of Object.entries(clock))
          this.saved.set(Number(client), Math.max(end, this.saved.get(Number(client)) ?? 0))
      },
      refused: (_, code, from) => {
        for (const { connection } of this.connections) if (connection === from) connection.refuse(code)
      },
    }
    this.room = openRoom({
      record: (await store.findRoom(id))!,
      entries: await store.log(id),
      guests: [],
      finished: [],
      comments: [],
      store,
      shared: { bus: this.#bus, head },
      addSnapshot: (...snapshot) => store.addSnapshot(...snapshot),
      snapshotEvery: 20,
      isReadOnly: () => false,
      revisions: { current: () => revision, next: () => ++revision, heard: nothing },
      journal: this.#journal,
      coloring: {
        touch: nothing,
        attend: nothing,
        want: nothing,
        whole: () => Promise.resolve(),
        isReady: () => true,
        setFinished: nothing,
        finish: () => Promise.resolve('no-region'),
      },
      limits,
      tell: new Proxy(listener as Required<RoomListener>, {
        get: (told, name: keyof RoomListener) => told[name] ?? nothing,
      }),
      log,
    })
  }

  async commit(): Promise<void> {
    const next = this.#appends.shift()
    if (next) await this.#store.append(next.updates).then(next.resolve, next.reject)
    await settled()
  }

  async crash(): Promise<void> {
    for (const { link } of this.connections) link.break()
    void this.#journal.close()
    this.room.close()
    await this.open()
  }
}

type Simulated = { pages: Set<string>; page: string; refusals: string[] }

/** `liar`: besides the honest ones there is one who is not. */
async function simulate(seed: number, { liar = false } = {}): Promise<Simulated> {
  const random = seeded(seed)
  const store = memoryStore()
  const { record } = newRoom({ title: '', width: 64, height: 64 })
  await store.addRoom(record, Uint8Array.of(1))
  const bus = new LossyBus()
  const servers = Array.from(
    { length: 2 + random(2) },
    (_, i) => new Server(store, bus.of(`n${i}`), record.id),
  )
  for (const server of servers) await server.open()
  let clientIds = 1000 * (1 + random(1000))
  const people = Array.from({ length: 2 + random(3) }, (_, i) => new Person(`g${i}`, clientIds++))
  const refusals: string[] = []
  const look = () => refusals.push(...people.flatMap(({ link }) => link?.refusal ?? []))

  const connect = async (person: Person) => {
    const server = servers[random(servers.length)]!
    // As the door does.
    await server.room.catchUp()
    person.connect(server)
  }
  const deliver = async (person: Person) => {
    const message = person.link?.toServer.shift()
    if (message) person.link!.emit('message', Buffer.from(message), true)
    await settled()
  }
  for (let step = 0; step < STEPS; step++) {
    const person = people[random(people.length)]!
    const server = servers[random(servers.length)]!
    switch (random(14)) {
      case 0:
      case 1:
      case 2:
        person.act(random, step)
        break
      case 3:
      case 4:
      case 5:
        for (let i = random(4); i >= 0; i--) await deliver(person)
        break
      case 6:
      case 7:
        for (let i = random(4); i >= 0; i--) person.hear()
        break
      case 8:
      case 9:
        await server.commit()
        break
      case 10:
      case 11:
        bus.step(random)
        await settled()
        break
      case 12:
        if (!person.link) await connect(person)
        else if (random(3) === 0) person.link.break()
        break
      default:
        if (random(5) === 0) await server.crash()
        else if (random(4) === 0) person.reload(clientIds++)
        else if (liar) lie(servers, random, step)
    }
    look()
  }
  for (const person of people) if (!person.link) await connect(person)
  for (let quiet = 0; quiet < 4;) {
    const before = JSON.stringify([...(await store.heads([record.id]))])
    let isQuiet = true
    for (const person of people) {
      isQuiet &&= person.link!.toServer.length + person.link!.toClient.length === 0
      while (person.link!.toServer.length > 0) await deliver(person)
      while (person.link!.toClient.length > 0) person.hear()
    }
    for (const server of servers) {
      for (let i = 0; i < 3; i++) await server.commit()
      await server.room.catchUp()
    }
    await settled()
    isQuiet &&= before === JSON.stringify([...(await store.heads([record.id]))])
    quiet = isQuiet ? quiet + 1 : 0
    look()
  }

  const stored = new Y.Doc()
  const { snapshot, entries } = await store.log(record.id)
  if (snapshot) Y.applyUpdate(stored, snapshot.bytes)
  for (const { bytes } of entries) Y.applyUpdate(stored, bytes)
  expect(stored.store.pendingStructs ?? stored.store.pendingDs, `seed ${seed}: the log has a gap`).toBeNull()
  const entriesOf = (map: Y.Map<unknown>) => Object.entries(map.toJSON()).sort()
  const pageIn = (doc: Y.Doc) =>
    JSON.stringify([idsOf(doc), entriesOf(pageOf(doc)), entriesOf(paletteOf(doc))])
  const ids = idsOf(stored)
  expect(new Set(ids).size, `seed ${seed}: a stroke is there twice`).toBe(ids.length)
  for (const { room } of servers)
    expect(
      room.strokes().map(({ id }) => id),
      `seed ${seed}: a server is elsewhere`,
    ).toEqual(ids)
  const end = Y.decodeStateVector(Y.encodeStateVector(stored))
  for (const { saved } of servers)
    for (const [client, clock] of saved)
      expect(end.get(client) ?? 0, `seed ${seed}: what was saved is gone`).toBeGreaterThanOrEqual(clock)
  for (const { guest, intended } of people) {
    const theirs = ids.filter((id) => id.startsWith(`${guest}-`))
    expect(theirs.sort(), `seed ${seed}: not what ${guest} painted`).toEqual(intended.sort())
  }
  for (const { room } of servers) room.close()
  return { page: pageIn(stored), pages: new Set(people.map(({ doc }) => pageIn(doc))), refusals }
}

/** The same Yjs client says one thing to each server. */
function lie(servers: readonly Server[], random: Random, step: number): void {
  const client = 77_000 + random(3)
  for (const [i, { room }] of servers.entries()) {
    const doc = new Y.Doc()
    doc.clientID = client
    for (let k = 0; k <= random(3); k++) addStroke(doc, strokeOf(`liar-${step}-${i}-${k}`, 'liar'))
    room.offer(Y.encodeStateAsUpdate(doc), { guest: 'liar', role: 'edit' }, 'liar')
  }
}

it('Q13 a room on several servers is one: 60 schedules of honest people who move between them lose, double and refuse nothing', async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) {
    const { page, pages, refusals } = await simulate(seed)
    expect(refusals, `seed ${seed}`).toEqual([])
    expect([...pages], `seed ${seed}: pages differ`).toEqual([page])
  }
})

it('Q14 who says different things under the same clocks to several servers is heard by one of them, and everybody has the same page', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { page, pages, refusals } = await simulate(seed, { liar: true })
    expect(refusals, `seed ${seed}`).toEqual([])
    expect([...pages], `seed ${seed}: pages differ`).toEqual([page])
  }
})

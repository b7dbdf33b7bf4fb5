/**
 * A process of people: connects those it is given, draws when it is told to, and counts what came. It says how late it was itself, so
 * that its own slowness is not taken for the server's.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { endWithParent } from '../../server/child.ts'
import { openEventsGuest, type EventsGuest } from './eventsGuest.ts'
import type { LoadGuest } from './guest.ts'
import { openLeanGuest } from './leanGuest.ts'
import { openStockGuest, type StockGuest } from './stockGuest.ts'
import type { WireName } from './wire.ts'
import {
  dueOf,
  idOf,
  now,
  paintersOf,
  strokeOf,
  strokesOfEach,
  type Named,
  type Workload,
} from './workload.ts'

/** A person's place: where to connect, and as whom. */
export type Seat = {
  /** The document's channel, and the word that lets one in. */
  url: string
  subprotocols: string[]
  guest: string
  /** Nurie's other channel. */
  events?: { url: string; token: string }
}
export type Place = { room: string; seats: Seat[] }

/** `first`: the number of the first of its painters, of all generators'. `stock`: rooms whose last guest is a stock client. */
export type Join = {
  kind: 'join'
  protocol: WireName
  places: Place[]
  load: Workload
  number: number
  first: number
  stock: number
  /** Connecting at a time; Infinity: all of them at the same moment. */
  atOnce: number
}
export type ToGenerator = Join | { kind: 'go'; at: number } | { kind: 'leave' }

export type Counted = {
  /** Milliseconds from when a stroke was due until another person had it; those of stock clients apart. */
  toOthers: number[]
  toStock: number[]
  /** From when it was due until it was told to be on disk. */
  toSaved: number[]
  /** From when a piece of a stroke under the pen was due until another person had it. */
  toLive: number[]
  due: number
  /** Never came. */
  lost: number
  /** Came more than once, which Yjs forgives. */
  repeated: number
  /** Are more than once in the document that a stock client has at the end. */
  doubled: number
  refusals: Record<string, number>
  frames: { draft: number; refined: number; bytes: number }
  bytes: { received: number; sent: number }
  /** This process: its event loop, and how late it painted. */
  loopP99: number
  lateP99: number
}
export type FromGenerator =
  /** How long each took to have the document, and the fewest strokes that anybody found there. */
  | { kind: 'joined'; ms: number[]; found: number }
  | { kind: 'counted'; counted: Counted }
  | { kind: 'left' }
  | { kind: 'failed'; message: string }

/** How long what is still on its way is waited for. */
const DRAIN_MS = 15_000
const LOOP_MS = 10

type Painter = { guest: LoadGuest; events: EventsGuest | undefined; by: string; number: number }
type Room = { painters: Painter[]; guests: LoadGuest[]; events: EventsGuest[]; stock?: StockGuest }

const answer = (message: FromGenerator) => process.send!(message)
let joined: { join: Join; rooms: Room[]; counting: Counting } | undefined

type Counting = ReturnType<typeof openCounting>

/** What comes, against what is due since `began`. */
function openCounting({ load, number, places }: Join) {
  const each = strokesOfEach(load)
  const painters = paintersOf(load)
  const expected = places.length * painters * each * (load.guests - 1)
  const counted: Counted = {
    toOthers: [],
    toStock: [],
    toSaved: [],
    toLive: [],
    due: expected,
    lost: 0,
    repeated: 0,
    doubled: 0,
    refusals: {},
    frames: { draft: 0, refined: 0, bytes: 0 },
    bytes: { received: 0, sent: 0 },
    loopP99: 0,
    lateP99: 0,
  }
  let began = Infinity
  let came = 0
  return {
    counted,
    begin: (at: number) => (began = at),
    isComplete: () => came >= expected,
    missing: () => expected - came,
    refused: (what: string) => (counted.refusals[what] = (counted.refusals[what] ?? 0) + 1),
    /** One listener a person: nothing may come to somebody twice. `own`: whose strokes are no news (Hocuspocus sends them back). */
    listener(times: number[], own: number) {
      const seen = new Set<number>()
      return (names: readonly Named[]) => {
        const at = now()
        for (const { load: of, painter, n } of names) {
          if (of !== number || painter === own) continue
          const key = painter * 100_000 + n
          if (seen.has(key)) counted.repeated++
          else {
            seen.add(key)
            came++
            times.push(at - began - dueOf(painter, n, load.rate))
          }
        }
      }
    },
    saved(painter: number) {
      let known = 0
      return (clock: number) => {
        const at = now()
        for (; known < clock; known++) counted.toSaved.push(at - began - dueOf(painter, known, load.rate))
      }
    },
    live({ load: of, painter }: Named, seq: number) {
      if (of === number && load.live > 0) counted.toLive.push(now() - began - dueOf(painter, seq, load.live))
    },
    frame(stage: 'draft' | 'refined', bytes: number) {
      if (began > now()) return
      counted.frames[stage]++
      counted.frames.bytes += bytes
    },
    check(stock: StockGuest) {
      const seen = new Set<string>()
      for (const { load: of, painter, n } of stock.strokes()) {
        const key = `${of} ${painter} ${n}`
        if (seen.has(key)) counted.doubled++
        seen.add(key)
      }
    },
  }
}

async function join(message: Join): Promise<void> {
  const { protocol, places, load, first, stock, atOnce } = message
  const counting = openCounting(message)
  const painters = paintersOf(load)
  const rooms: Room[] = places.map(() => ({ painters: [], guests: [], events: [] }))
  const took: number[] = []
  const seats = places.flatMap(({ room, seats }, r) =>
    seats.slice(0, load.guests).map((seat, i) => ({ room, seat, r, i })),
  )

  async function enter({ room, seat, r, i }: (typeof seats)[number]): Promise<void> {
    const began = now()
    const isPainter = i < painters
    const number = first + r * painters + i
    const isStock = r < stock && i === load.guests - 1 && !isPainter
    const onClosed = (code: number) => void counting.refused(`closed ${code}`)
    const heard = counting.listener(
      isStock ? counting.counted.toStock : counting.counted.toOthers,
      isPainter ? number : -1,
    )
    const how = { protocol, url: seat.url, room, subprotocols: seat.subprotocols, isPainter, onClosed }
    const here = rooms[r]!
    let guest: LoadGuest
    if (isStock) guest = here.stock = await openStockGuest({ ...how, onStrokes: heard })
    else guest = await openLeanGuest({ ...how, onStrokes: heard })
    took.push(now() - began)
    let events: EventsGuest | undefined
    if (seat.events) {
      events = await openEventsGuest({
        ...seat.events,
        room,
        patches: true,
        client: guest.client,
        onSaved: isPainter ? counting.saved(number) : () => {},
        onFrame: counting.frame,
        onLive: counting.live,
        onNotice: (code) => void counting.refused(code),
        onClosed,
      })
      here.events.push(events)
    }
    here.guests.push(guest)
    if (isPainter) here.painters.push({ guest, events, by: seat.guest, number })
  }

  joined = { join: message, rooms, counting }
  for (let at = 0; at < seats.length; at += Math.min(atOnce, seats.length)) {
    await Promise.all(seats.slice(at, at + atOnce).map(enter))
  }
  const found = Math.min(...rooms.flatMap(({ guests }) => guests.map((guest) => guest.found)))
  answer({ kind: 'joined', ms: took, found })
}

/** Everything that is due, in its order. */
function* planned({ load, number }: Join, rooms: Room[]) {
  const events = rooms
    .flatMap(({ painters }) => painters)
    .flatMap(({ guest, events, by, number: painter }) => {
      const strokes = Array.from({ length: strokesOfEach(load) }, (_, n) => {
        const id = idOf(number, painter, n)
        return { due: dueOf(painter, n, load.rate), act: () => guest.paint(strokeOf(id, by, n)) }
      })
      const pieces = Array.from({ length: Math.floor(load.seconds * load.live) }, (_, seq) => {
        const due = dueOf(painter, seq, load.live)
        // Of the stroke that is committed next.
        const next = Math.ceil(((due - dueOf(painter, 0, load.rate)) * load.rate) / 1000)
        const id = idOf(number, painter, Math.max(0, next))
        return { due, act: () => events?.live(id, seq) }
      })
      return [...strokes, ...pieces]
    })
  yield* events.sort((a, b) => a.due - b.due)
}

async function go(at: number): Promise<void> {
  const { join, rooms, counting } = joined!
  const { counted } = counting
  const plan = [...planned(join, rooms)]
  const bytes = () => {
    const all = rooms.flatMap(({ guests, events }) => [...guests, ...events]).map((guest) => guest.bytes())
    return all.reduce(([a, b], [c, d]) => [a + c, b + d] as const, [0, 0] as const)
  }
  const before = bytes()
  const delay = monitorEventLoopDelay({ resolution: LOOP_MS })
  const late: number[] = []
  counting.begin(at)
  delay.enable()
  for (const { due, act } of plan) {
    const wait = at + due - now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    late.push(now() - at - due)
    act()
  }
  const end = at + 1000 * join.load.seconds
  while (now() < end || (!counting.isComplete() && now() < end + DRAIN_MS)) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  delay.disable()
  counted.lost = Math.max(0, counting.missing())
  for (const { stock } of rooms) if (stock) counting.check(stock)
  const after = bytes()
  counted.bytes = { received: after[0] - before[0], sent: after[1] - before[1] }
  counted.loopP99 = Math.max(0, delay.percentile(99) / 1e6 - LOOP_MS)
  late.sort((a, b) => a - b)
  counted.lateP99 = late[Math.floor(0.99 * late.length)] ?? 0
  answer({ kind: 'counted', counted })
}

function leave(): void {
  for (const { guests, events } of joined?.rooms ?? []) {
    for (const guest of [...guests, ...events]) guest.leave()
  }
  joined = undefined
  answer({ kind: 'left' })
}

endWithParent()
process.on('message', (message: ToGenerator) => {
  const failed = (error: unknown) => answer({ kind: 'failed', message: String(error) })
  if (message.kind === 'join') join(message).catch(failed)
  else if (message.kind === 'go') go(message.at).catch(failed)
  else leave()
})

/**
 * Coloring by workers, on whatever machines they are, for a server: what it knows of its open rooms is written to their registers,
 * then they are rung, and frames come back over the bus. What could not be told is told with the next beat, as is all of it when Redis
 * lost it; so neither Redis nor a worker is missed for longer than it is away. While no worker lives, rooms are told `down`.
 */
import type { Bus } from '../../cluster/bus.ts'
import type { Redis } from '../../cluster/redis.ts'
import { stages, type Stage } from '../../../shared/protocol.ts'
import type { Coloring, ColoringEvents } from '../coloring.ts'
import type { EngineInfo } from '../keeper.ts'
import { newRegister, isActive } from '../register.ts'
import { REFINE_WITHIN_MS } from '../turn.ts'
import { openAsks, type AskKind, type Asks } from './asks.ts'
import { openElsewhere } from './elsewhere.ts'
import { liveWorkers } from './liveWorkers.ts'
import { openRoomQueue } from './roomQueue.ts'
import { openRoomRegisters, type Look, type Put } from './roomRegisters.ts'
import { encodeWet, NOTHING_WET, type Wet } from './wet.ts'

/** `redis`: a connection of its own, that does not wait; closed with it. `coloring`: coloringHash.ts. */
export type QueuedColoringOptions = { events: ColoringEvents; bus: Bus; redis: Redis; coloring: string }

type Room = {
  revision: number
  /** The largest revision that was asked for anywhere, as far as was heard, and that of a frame. */
  asked: number
  framed: number
  wet: () => Wet
  look: Look
  isNews: boolean
  wanted: boolean
  whole: Set<Stage>
  /** Something is to be written, and is being written. */
  isDirty: boolean
  isTelling: boolean
  rungAt: number
  /** Looks whether what was rung for was done, and came. */
  late?: NodeJS.Timeout | undefined
  /** The newest frames that came, and since when some are missing that were made. */
  came: Record<Stage, number>
  lacksSince: number | undefined
  /** Who waits for a whole frame. */
  wholes: Set<(stage: Stage) => void>
  elsewhere: ReturnType<typeof openElsewhere>
  stop: () => void
}

const BEAT_MS = 1_000
/** What could be lost with Redis is written again so often. */
const AGAIN_BEATS = 3
/** A state that is not in the log by then is told without it. */
const SETTLE_MS = 1_000
const WHOLE_MS = 5_000
/** A frame that is not there so long after it was made was lost on the way. */
const LOST_MS = 1_000
const NONE: EngineInfo = { engine: 'none', device: 'none', models: [] }

export async function openQueuedColoring({
  events,
  bus,
  redis,
  coloring,
}: QueuedColoringOptions): Promise<Coloring> {
  const { node } = bus
  const rooms = new Map<string, Room>()
  const queue = openRoomQueue({ redis, coloring })
  const registers = openRoomRegisters(redis, coloring)
  const workers = liveWorkers(redis, coloring)
  const asks = openAsks(redis, coloring)
  let engine = NONE
  let isReady = false
  let living = 0
  let beats = 0
  let lost = new AbortController()
  let last: Promise<unknown> = Promise.resolve()

  function change(id: string, how: Partial<Room>): void {
    const room = rooms.get(id)
    if (!room) return
    Object.assign(room, how, { isDirty: true })
    if (!room.isTelling) void tellAll(id, room)
  }

  /** One step after the other, each with the newest state: nothing piles up, however slow Redis is. */
  async function tellAll(id: string, room: Room): Promise<void> {
    room.isTelling = true
    try {
      while (room.isDirty && rooms.get(id) === room) {
        room.isDirty = false
        await tell(id, room)
      }
    } catch {
      // The next beat tells it.
    } finally {
      room.isTelling = false
    }
  }

  async function tell(id: string, room: Room): Promise<void> {
    const { revision, asked, framed, look, isNews, wanted } = room
    const whole = [...room.whole]
    const wet = room.wet()
    Object.assign(room, { isNews: false, wanted: false })
    room.whole.clear()
    try {
      if (wet.settled) await atMost(SETTLE_MS, wet.settled)
      const part = { node, revision, asked, framed, isNews, wanted, whole, look, wet: encodeWet(wet) }
      const put = await registers.put(id, part)
      room.asked = Math.max(room.asked, put.revision)
      const register = { ...newRegister(), ...put, attention: look.attention }
      const isLate = isActive(register) && performance.now() - room.rungAt >= REFINE_WITHIN_MS
      if (put.isNews || wanted || isLate) {
        await queue.ring(id, put.wasPutOff || isLate)
        room.rungAt = performance.now()
        bus.tell(id, 'ring', { revision: put.revision })
      }
      const dueIn = room.rungAt + REFINE_WITHIN_MS - performance.now()
      const isLacking = askForLost(room, put)
      if (isActive(register) || isLacking) {
        const ms = isLacking ? LOST_MS : Math.max(0, dueIn)
        room.late ??= setTimeout(() => lookAgain(id, room), ms).unref()
      }
    } catch (error) {
      room.isNews ||= isNews
      room.wanted ||= wanted
      for (const stage of whole) room.whole.add(stage)
      throw error
    }
  }

  /** Whether frames were made that did not come; those that still are on their way nobody asks for. */
  function askForLost(room: Room, { drafted, refined }: Put): boolean {
    const { came } = room
    const lost = stages.filter((stage) =>
      stage === 'draft' ? drafted > Math.max(came.draft, came.refined) : refined > came.refined,
    )
    const now = performance.now()
    if (lost.length === 0) room.lacksSince = undefined
    else if (now - (room.lacksSince ??= now) >= LOST_MS) {
      for (const stage of lost) room.whole.add(stage)
      Object.assign(room, { wanted: true, isDirty: true, lacksSince: undefined })
    }
    return lost.length > 0
  }

  function lookAgain(id: string, room: Room): void {
    room.late = undefined
    if (rooms.get(id) === room) change(id, {})
  }

  async function beat(): Promise<void> {
    const live = await workers.list().catch(() => [])
    if (closed) return
    engine = live[0] ?? engine
    const wasReady = isReady
    living = live.length
    isReady = living > 0
    if (isReady !== wasReady) {
      if (!isReady) lost.abort(new Error('no worker lives'))
      else lost = new AbortController()
      for (const [id, room] of rooms)
        events.status(id, { state: isReady ? 'idle' : 'down', revision: room.revision })
    }
    beats++
    for (const [id, room] of rooms)
      if (room.isNews || room.wanted || room.whole.size > 0 || beats % AGAIN_BEATS === 0) change(id, {})
  }

  let closed = false
  const beating = setInterval(() => void beat(), BEAT_MS).unref()
  const ready = () => {
    for (const id of rooms.keys()) change(id, {})
    void beat()
  }
  redis.on('ready', ready)

  function ask<Kind extends AskKind>(kind: Kind, asked: Asks[Kind]['asked']): Promise<Asks[Kind]['answer']> {
    if (!isReady) return Promise.reject(new Error('no worker lives'))
    return asks.ask({ bus, queue, signal: lost.signal }, kind, asked)
  }
  /** One after the other, for each needs memory, also in Redis. */
  function askInTurn<Kind extends AskKind>(
    kind: Kind,
    asked: Asks[Kind]['asked'],
  ): Promise<Asks[Kind]['answer']> {
    const answer = last.then(() => ask(kind, asked))
    last = answer.catch(() => {})
    return answer
  }

  function hear(id: string): () => void {
    const stops = [
      bus.listen(id, 'frame', ({ header, bytes, after }) => {
        const room = rooms.get(id)
        if (!room) return
        room.framed = Math.max(room.framed, header.revision)
        room.came[header.stage] = Math.max(room.came[header.stage], header.revision)
        room.elsewhere.frame(header, () => events.frame(id, header, bytes, after))
        if (!header.patch) for (const came of room.wholes) came(header.stage)
      }),
      bus.listen(id, 'status', (status) => {
        rooms.get(id)?.elsewhere.status(status)
        events.status(id, status)
      }),
    ]
    return () => stops.forEach((stop) => stop())
  }

  await beat()
  return {
    info: () => engine,
    isReady: () => isReady,
    async load() {
      const waiting = await queue.waiting().catch(() => ({ all: 0 }))
      return { workers: living, rooms: waiting.all }
    },
    // The line art and what is finished are in the store, where workers read them.
    open(id) {
      rooms.get(id)?.stop()
      rooms.set(id, {
        revision: 0,
        asked: 0,
        framed: 0,
        wet: () => NOTHING_WET,
        look: { attention: 'none', patches: false },
        isNews: true,
        wanted: false,
        whole: new Set(stages),
        isDirty: false,
        isTelling: false,
        rungAt: -Infinity,
        came: { draft: 0, refined: 0 },
        lacksSince: undefined,
        wholes: new Set(),
        elsewhere: openElsewhere(id, (seconds) => events.waited?.(seconds)),
        stop: hear(id),
      })
    },
    touch(id, revision, _strokes, wet = () => NOTHING_WET) {
      const room = rooms.get(id)
      if (!room) throw new Error('touched a room that was not opened')
      room.elsewhere.touched(revision)
      change(id, { revision, wet, isNews: true })
    },
    attend: (id, attention, patches = false) =>
      change(id, { look: { attention, patches }, rungAt: -Infinity }),
    async whole(id, stage) {
      const room = rooms.get(id)
      if (!room || !isReady) return
      let hears = (_of: Stage) => {}
      const came = new Promise<void>((resolve) => {
        hears = (of) => of === stage && resolve()
      })
      room.wholes.add(hears)
      room.whole.add(stage)
      change(id, { wanted: true })
      await atMost(WHOLE_MS, came)
      room.wholes.delete(hears)
    },
    want: (id) => change(id, { wanted: true }),
    setFinished() {},
    finish: (room, place) => ask('finish', { room, place }),
    forget(id) {
      rooms.get(id)?.stop()
      rooms.delete(id)
      void registers.leave(id, node).catch(() => {})
    },
    layer: (room) => askInTurn('layer', { room }),
    once: (line, how) => askInTurn('once', { line, how }),
    past: (line, document, finished) => askInTurn('past', { line, document, finished }),
    making: (line, making, finished) => askInTurn('making', { line, making, finished }),
    async close() {
      closed = true
      clearInterval(beating)
      redis.off('ready', ready)
      lost.abort(new Error('coloring is closed'))
      const left = [...rooms.keys()].map((id) => registers.leave(id, node).catch(() => {}))
      for (const { stop } of rooms.values()) stop()
      rooms.clear()
      await Promise.all(left)
      await queue.close().catch(() => {})
      redis.disconnect()
    },
  }
}

async function atMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))
  await Promise.race([promise.catch(() => {}), late])
  clearTimeout(timer)
}

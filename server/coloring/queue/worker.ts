/**
 * A worker: colors rooms of servers on any machine, with a colorist of its own. For each turn of a room it reads the register first and
 * the log after it, makes the draft, tells it on the bus, and the refined picture too when no other room waits for its draft or when it
 * is overdue (turn.ts). Otherwise the room rings again, behind all drafts. A refine is called off when its room has news.
 *
 * It owns nothing: whatever it has is read again by the next one.
 */
import { randomUUID } from 'node:crypto'
import type { EngineName } from '../../../models/engines/engine.ts'
import type { Covers, FrameHeader } from '../../../shared/protocol.ts'
import type { Bus } from '../../cluster/bus.ts'
import type { Redis } from '../../cluster/redis.ts'
import type { Store } from '../../storage/store.ts'
import type { Made } from '../colorist.ts'
import { keepColorist, type EngineInfo, type Log } from '../keeper.ts'
import { openPieces } from '../pieces.ts'
import { wantsDraft, wantsRefine } from '../register.ts'
import { REFINE_WITHIN_MS } from '../turn.ts'
import { openAnswers } from './answers.ts'
import { openAsks } from './asks.ts'
import { openDesk } from './desk.ts'
import { openDocuments, type LoggedRoom } from './documents.ts'
import { BEAT_MS, liveWorkers } from './liveWorkers.ts'
import { workQueues, type Turned } from './roomQueue.ts'
import { openRoomRegisters, type Framed, type RoomRegister } from './roomRegisters.ts'
import { coversOf, withWet } from './wet.ts'

/** `redis`: a connection of its own, that waits; closed with it. `coloring`: coloringHash.ts. `engines` and `entry` as in coloring.ts. */
export type WorkerOptions = {
  store: Pick<Store, 'heads' | 'log' | 'entries' | 'linePng' | 'finished'>
  bus: Bus
  redis: Redis
  coloring: string
  engines: Promise<readonly EngineName[]>
  threads: number
  log: Log
  onFrame?(header: FrameHeader, bytes: number): void
  entry?: URL
}

export type ColoringWorker = {
  info(): EngineInfo
  isReady(): boolean
  /** How many rooms wait for any worker. */
  waiting(): Promise<number>
  /** Ends what is under way, and takes no more. */
  close(): Promise<void>
}

/** The last frame that was made here of a room. */
type Mine = Framed & { covers: Covers }

/** The share of the newest measurement in what a refine is expected to take. */
const NEWEST_SHARE = 0.2

export function openWorker(options: WorkerOptions): ColoringWorker {
  const { store, bus, redis, coloring, engines, threads, log } = options
  const id = randomUUID()
  const mine = new Map<string, Mine>()
  const registers = openRoomRegisters(redis, coloring)
  const workers = liveWorkers(redis, coloring)
  let expected = 0
  /** Drafts have this much time before the next overdue refine, when others wait. */
  let owed = 0
  let turn: Promise<unknown> = Promise.resolve()
  let isClosing = false
  let lastFailure = ''

  const keeper = keepColorist({
    entry: options.entry ?? new URL('../colorist.ts', import.meta.url),
    engines,
    threads,
    log,
    onReady() {
      if (isClosing) return
      queues.start()
      beat()
    },
    onLost() {
      queues.pause()
      desk.forgetAll()
      mine.clear()
      void workers.end(id).catch(() => {})
    },
    onAnswered: () => pieces.look(),
  })
  const pieces = openPieces(keeper)
  const desk = openDesk(keeper)
  const documents = openDocuments({
    store,
    onGone(room) {
      desk.forget(room)
      mine.delete(room)
    },
  })
  const answer = openAnswers({ asks: openAsks(redis, coloring), bus, pieces, ask: keeper.ask, withPage })
  const queues = workQueues({
    redis,
    coloring,
    color: (room) => inTurn(() => color(room)),
    answer,
    onFailure,
  })
  const beating = setInterval(beat, BEAT_MS).unref()

  /** Told when it is news: while there is no Redis the same comes again and again. */
  function onFailure(error: Error): void {
    if (isClosing || error.message === lastFailure) return
    lastFailure = error.message
    log.warn({ err: error }, 'a job failed, and is done again')
  }

  function beat(): void {
    if (keeper.isReady() && !isClosing) void workers.beat(id, keeper.info()).catch(() => {})
  }

  /** What is between a page's draft and its refine is never another state of the page. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }

  const isMine = (room: string, { worker, last }: RoomRegister) => {
    const own = mine.get(room)
    return worker === id && own?.revision === last?.revision && own?.stage === last?.stage ? own : undefined
  }

  async function color(room: string): Promise<Turned> {
    const register = await registers.read(room)
    // Lost: the servers that have the room open write it again, and ring.
    if (!register) return 'done'
    const lacks = register.whole.draft !== undefined || register.whole.refined !== undefined
    const isSeen = register.attention !== 'none' || register.refined < register.wanted
    if (!wantsDraft(register) && !wantsRefine(register) && !(lacks && isSeen)) return rest(room, register)
    let own = isMine(room, register)
    if (!own || lacks || wantsDraft(register)) {
      const document = await documents.read(room)
      if (!document) return 'done'
      own = await draft(room, register, document)
    }
    return refine(room, own)
  }

  function rest(room: string, { revision }: Pick<RoomRegister, 'revision'>): 'done' {
    bus.tell(room, 'status', { state: 'idle', revision })
    return 'done'
  }

  async function draft(room: string, register: RoomRegister, document: LoggedRoom): Promise<Mine> {
    const revision = await registers.take(room, register.revision)
    const { wets, patches, whole } = register
    const strokes = withWet(document.strokes, wets)
    const after = isMine(room, register)
    const isWhole = !after || !patches || whole.draft !== undefined
    // Until it is told nobody knows what it would be laid over.
    mine.delete(room)
    bus.tell(room, 'status', { state: 'draft', revision })
    const began = performance.now()
    const made = await desk.draft(room, { ...document, strokes }, isWhole)
    owed = Math.max(0, owed - (performance.now() - began))
    const covers = coversOf(document.clock, wets)
    return tell(room, made, { stage: 'draft', revision, covers }, after, whole.draft)
  }

  async function refine(room: string, own: Mine): Promise<Turned> {
    const stop = new AbortController()
    let overdueAt = Infinity
    const unlisten = bus.listen(room, 'ring', ({ revision }) => {
      if (revision > own.revision && performance.now() < overdueAt) stop.abort()
    })
    try {
      const register = await registers.read(room)
      if (!register || !wantsRefine(register)) return rest(room, own)
      const { since, now, revision: newest, patches, whole } = register
      overdueAt = performance.now() + since + REFINE_WITHIN_MS - expected - now
      const isOverdue = performance.now() >= overdueAt
      // It has rung.
      if (newest > own.revision && !isOverdue) return 'done'
      if ((await queues.waiting()).first > 0) {
        if (isOverdue && owed > 0) return 'again'
        if (!isOverdue) {
          await registers.putOff(room)
          return 'later'
        }
      }
      mine.delete(room)
      bus.tell(room, 'status', { state: 'refine', revision: own.revision })
      const began = performance.now()
      const made = await desk.refine(room, !patches || whole.refined !== undefined, stop.signal)
      const took = performance.now() - began
      if (isOverdue) owed = took
      if (!made) {
        mine.set(room, own)
        return 'done'
      }
      expected += (expected === 0 ? 1 : NEWEST_SHARE) * (took - expected)
      await tell(room, made, { ...own, stage: 'refined' }, own, whole.refined)
      return newest > own.revision ? 'done' : rest(room, own)
    } finally {
      unlisten()
    }
  }

  /** `whole`: the request for a whole frame that was there when it began. */
  async function tell(
    room: string,
    { width, height, ms, patch, bytes }: Made,
    frame: Mine,
    after: Framed | undefined,
    whole: number | undefined,
  ): Promise<Mine> {
    const { engine } = keeper.info()
    const { revision, stage, covers } = frame
    const header: FrameHeader = { revision, stage, width, height, ms: Math.round(10 * ms) / 10, engine }
    if (patch) {
      const { left: x, top: y, right, bottom } = patch
      header.patch = { x, y, width: right - x, height: bottom - y }
    }
    const below = patch && after && { after: { revision: after.revision, stage: after.stage } }
    bus.tell(room, 'frame', { header: { ...header, covers }, bytes, ...below })
    options.onFrame?.(header, bytes.length)
    await registers.note(room, frame, id, patch ? undefined : whole)
    mine.set(room, frame)
    return frame
  }

  /** What is asked is of the newest state, with its draft. */
  function withPage<T>(room: string, work: (revision: number) => Promise<T>): Promise<T> {
    return inTurn(async () => {
      const register = await registers.read(room)
      const document = register && (await documents.read(room))
      if (!register || !document) throw new Error('the room is not known')
      let own = isMine(room, register)
      if (!own || register.drafted < register.revision) own = await draft(room, register, document)
      return work(own.revision)
    })
  }

  return {
    info: keeper.info,
    isReady: keeper.isReady,
    waiting: async () => (await queues.waiting()).all,
    async close() {
      isClosing = true
      clearInterval(beating)
      await workers.end(id).catch(() => {})
      await queues.close()
      await keeper.close()
      redis.disconnect()
    },
  }
}

/**
 * Coloring as the rest of the server sees it: rooms are opened, touched with their newest strokes and forgotten; frames and
 * states come back. Scheduler, colorist process and its replacement are hidden behind it.
 *
 * When the colorist is gone (killed, hung, out of memory, its weights not those of the manifest), rooms are told `down`, a new
 * one is started with growing pauses, rooms are opened in it again, and the newest revision of each is colored. Everything else
 * goes on meanwhile.
 */
import type { EngineName, Network } from '../../models/engines/engine.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import type { Covers, FrameHeader, Stage, Status } from '../../shared/protocol.ts'
import { isNothing, spliceBetween } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { roomLabel } from '../log.ts'
import { told, under, type Traceparent } from '../tracing.ts'
import type { EncodedPatch, FinishRefusal, Made, Once, Place } from './colorist.ts'
import { keepColorist, type EngineInfo, type Log } from './keeper.ts'
import { openPieces } from './pieces.ts'
import type { Wet } from './queue/wet.ts'
import type { Attention } from './register.ts'
import { createScheduler, type Job } from './scheduler.ts'

export type ColoredHeader = FrameHeader & { covers?: Covers }

export type ColoringEvents = {
  /**
   * A new picture of a room; the bytes are WebP. Frames of a room come in the order of `isFresher`, unless they come from other
   * machines: these say what they cover, and what a patch is laid over (`after`), for some may have been lost on the way.
   */
  frame(
    room: string,
    header: ColoredHeader,
    bytes: Uint8Array,
    after?: Pick<FrameHeader, 'revision' | 'stage'>,
  ): void
  status(room: string, status: Status): void
  /** A draft began whose oldest change had waited for so many seconds. */
  waited?(seconds: number): void
  /** A colorist ended without being told to. */
  lost?(): void
}

/** `flats`: the same as one color a region, at the working size (PageColoring.sortedFlats). */
export type Layer = RgbPicture & { revision: number; flats: RgbPicture }
/** A page's making: its colors at some moments, as WebP, and the refined ones of today. */
export type MakingPictures = { frames: Uint8Array[]; last: RgbPicture }

export type Coloring = {
  info(): EngineInfo
  /** False while there is no colorist. */
  isReady(): boolean
  /** Colorists that take work, and rooms that wait for one. */
  load(): Promise<{ workers: number; rooms: number }>
  /** Makes a room known. `line` is the line art as a PNG, `finished` what `setFinished` sets. */
  open(room: string, line: Uint8Array, finished?: readonly EncodedPatch[]): void
  /**
   * The newest state; the list is compared by identity with the one before. `wet`: what of it the log has not yet, for whoever colors
   * it elsewhere. Refused (thrown) for a room not opened.
   */
  touch(room: string, revision: number, strokes: readonly Stroke[], wet?: () => Wet): void
  /**
   * Who looks at the room; nobody does until this is called, and a room nobody looks at is not colored. `patches`: all of them
   * can take frames that are only the part of the picture that changed.
   */
  attend(room: string, attention: Attention, patches?: boolean): void
  /** Has the newest frame of a stage made once more, as a whole. Resolves when it came, or cannot come. */
  whole(room: string, stage: Stage): Promise<void>
  /** The newest revision is wanted in both stages, whoever looks. */
  want(room: string): void
  /** The regions that look in every picture as they did when they were finished; to be touched after. */
  setFinished(room: string, finished: readonly EncodedPatch[]): void
  /** What is to be kept of a region that is finished now, from the newest refined picture. Rejects without a colorist. */
  finish(room: string, place: Place): Promise<EncodedPatch | FinishRefusal>
  forget(room: string): void
  /** The newest refined color layer after its final pass (models/finalPass.ts), or null before the first. */
  layer(room: string): Promise<Layer | null>
  /** One picture without a room; `line` is a PNG. */
  once(line: Uint8Array, how: Once): Promise<Omit<Layer, 'revision'>>
  /** The refined picture of an encoded document's strokes, at the working size; whatever rooms need goes first. */
  past(line: Uint8Array, document: Uint8Array, finished: readonly EncodedPatch[]): Promise<RgbPicture>
  /** The pictures of a making (shared/making.ts) at the working size; whatever rooms need goes first. */
  making(line: Uint8Array, making: Uint8Array, finished: readonly EncodedPatch[]): Promise<MakingPictures>
  close(): Promise<void>
}

/** `engines`: best first, the CPU alone when left out. `entry`: the file of the colorist process. */
type Options = {
  events: ColoringEvents
  log: Log
  threads: number
  engines?: Promise<readonly EngineName[]>
  entry?: URL
}

type Room = {
  line: Uint8Array
  revision: number
  strokes: readonly Stroke[]
  /** What the colorist has of it; undefined when it does not know the room yet. */
  sent: readonly Stroke[] | undefined
  finished: readonly EncodedPatch[]
  isFinishedSent: boolean
  /** Revisions of the newest frames. */
  framed: Partial<Record<Stage, number>>
  patches: boolean
  /** The oldest change that no draft has begun with, and what the newest draft was made for (tracing.ts). */
  touched?: { since: number; trace: Traceparent | undefined }
  trace?: Traceparent | undefined
  /** Its first run opens the page, which takes longer. */
  isOpened: boolean
}

/** A colorist that is not ready by then is not waited for: everything else can begin. */
const START_MS = 10_000

const stageOf = { draft: 'draft', refine: 'refined' } as const satisfies Record<Network, Stage>

/** Resolves when a colorist is warm, or when none is there yet and the rest must not wait for it. */
export async function openColoring({
  events,
  log,
  threads,
  engines = Promise.resolve(['cpu']),
  entry = new URL('./colorist.ts', import.meta.url),
}: Options): Promise<Coloring> {
  const rooms = new Map<string, Room>()
  const scheduler = createScheduler({
    run,
    onIdle: (room, revision) => events.status(room, { state: 'idle', revision }),
    onWaited: (ms) => events.waited?.(ms / 1000),
  })
  scheduler.pause()
  let begin = () => {}
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const { ask, send, ...keeper } = keepColorist({
    entry,
    engines,
    threads,
    log,
    onReady() {
      tellAll('idle')
      scheduler.resume()
      begin()
    },
    onLost() {
      events.lost?.()
      scheduler.pause()
      for (const room of rooms.values()) Object.assign(room, { sent: undefined, isOpened: false })
      tellAll('down')
      begin()
    },
    onAnswered: () => pieces.look(),
  })
  const pieces = openPieces({ ask, isAsked: keeper.isAsked })

  function tellAll(state: 'idle' | 'down'): void {
    for (const [id, { revision }] of rooms) events.status(id, { state, revision })
  }

  async function run({ room: id, stage: network, revision, signal }: Job): Promise<'done' | 'cancelled'> {
    const room = rooms.get(id)
    if (!room) return 'cancelled'
    // A refine of a revision that is no longer the newest colors the hints its draft saw, so nothing newer is sent.
    if (network === 'draft') bringUpToDate(id, room)
    const since = performance.now()
    if (network === 'draft') begins(room, since)
    const asked = askRun(id, room, network, signal)
    events.status(id, { state: network, revision })
    const made = await asked
    if (!made || rooms.get(id) !== room) return 'cancelled'
    const stage = stageOf[network]
    room.framed[stage] = revision
    under(tellTrace(room, network, made, since, revision), () =>
      events.frame(id, headerOf(made, revision, stage), made.bytes),
    )
    return 'done'
  }

  function begins(room: Room, now: number): void {
    if (!room.touched) return
    const { since, trace } = room.touched
    told('queue', trace, { since, until: now })
    room.trace = trace
    delete room.touched
  }

  /** The span of a stage that was made; gives what its frame hangs from. */
  function tellTrace(room: Room, network: Network, made: Made, since: number, revision: number) {
    if (!room.trace) return undefined
    const until = performance.now()
    const stage = told(network, room.trace, { since, until }, { revision, networkMs: made.ms })
    told('encode', stage, { since: until - made.encodeMs, until }, { bytes: made.bytes.length })
    return stage
  }

  function headerOf({ width, height, ms, patch }: Made, revision: number, stage: Stage): FrameHeader {
    const { engine } = keeper.info()
    const header = { revision, stage, width, height, ms: Math.round(10 * ms) / 10, engine }
    if (!patch) return header
    const { left: x, top: y, right, bottom } = patch
    return { ...header, patch: { x, y, width: right - x, height: bottom - y } }
  }

  async function askRun(id: string, room: Room, network: Network, signal: AbortSignal): Promise<Made | null> {
    const job = { kind: 'run', room: id, network, isWhole: !room.patches } as const
    const { made } = await ask('run', (ask) => ({ ...job, id: ask }), { signal, isLong: !room.isOpened })
    room.isOpened = true
    return made
  }

  /** Sends what differs between the room's strokes and what the colorist has of them. */
  function bringUpToDate(id: string, room: Room): void {
    if (!room.sent) {
      send({ kind: 'open', room: id, line: room.line })
      room.sent = []
      room.isFinishedSent = room.finished.length === 0
    }
    if (!room.isFinishedSent) send({ kind: 'finished', room: id, patches: room.finished })
    room.isFinishedSent = true
    const splice = spliceBetween(room.sent, room.strokes)
    if (!isNothing(splice)) send({ kind: 'strokes', room: id, ...splice })
    room.sent = room.strokes
  }

  let timer: NodeJS.Timeout | undefined
  await Promise.race([begun, new Promise((resolve) => (timer = setTimeout(resolve, START_MS)))])
  clearTimeout(timer)
  return {
    info: keeper.info,
    isReady: keeper.isReady,
    load: () => Promise.resolve({ workers: Number(keeper.isReady()), rooms: scheduler.waiting() }),
    open(room, line, finished = []) {
      rooms.set(room, {
        line,
        revision: 0,
        strokes: [],
        sent: undefined,
        finished,
        isFinishedSent: false,
        framed: {},
        patches: false,
        isOpened: false,
      })
      scheduler.touch(room, 0)
    },
    touch(id, revision, strokes) {
      const room = rooms.get(id)
      if (!room) throw new Error('touched a room that was not opened')
      room.revision = revision
      room.strokes = strokes
      const now = performance.now()
      const trace = told('touch', undefined, { since: now, until: now }, { room: roomLabel(id), revision })
      if (trace) room.touched = { since: room.touched?.since ?? now, trace }
      scheduler.touch(id, revision)
    },
    attend(id, attention, patches = false) {
      const room = rooms.get(id)
      if (room) room.patches = patches
      scheduler.attend(id, attention)
    },
    async whole(id, stage) {
      const room = rooms.get(id)
      if (!room?.sent || room.framed[stage] === undefined) return
      const asked = ask('run', (ask) => ({ kind: 'whole', id: ask, room: id, stage }), { isLong: true })
      const { made } = await asked.catch(() => ({ made: null }))
      const revision = room.framed[stage]
      if (made && rooms.get(id) === room) events.frame(id, headerOf(made, revision, stage), made.bytes)
    },
    want: (room) => scheduler.want(room),
    setFinished(id, finished) {
      const room = rooms.get(id)
      if (room) Object.assign(room, { finished, isFinishedSent: false })
    },
    async finish(id, place) {
      const room = rooms.get(id)
      if (!room) throw new Error('finished a region of a room that was not opened')
      if (!room.sent) bringUpToDate(id, room)
      const { cut } = await ask('finish', (ask) => ({ kind: 'finish', id: ask, room: id, place }), {
        isLong: true,
      })
      return cut
    },
    forget(room) {
      rooms.delete(room)
      scheduler.forget(room)
      send({ kind: 'forget', room })
    },
    async layer(id) {
      const room = rooms.get(id)
      const refined = room?.framed.refined
      if (!room || refined === undefined) return null
      if (!room.sent) bringUpToDate(id, room)
      const { flats, ...layer } = await pieces.make((ask) => ({ kind: 'layer', id: ask, room: id }))
      return { ...layer, flats: flats!, revision: refined }
    },
    async once(line, how) {
      const { flats, ...layer } = await pieces.make((id) => ({ kind: 'once', id, line, ...how }))
      return { ...layer, flats: flats! }
    },
    past: (line, document, finished) => pieces.make((id) => ({ kind: 'past', id, line, document, finished })),
    async making(line, making, finished) {
      const frames: Uint8Array[] = []
      const begin = (id: number) => ({ kind: 'making', id, line, making, finished }) as const
      const last = await pieces.make(begin, (frame) => frames.push(frame))
      return { frames, last }
    },
    close() {
      scheduler.pause()
      return keeper.close()
    },
  }
}

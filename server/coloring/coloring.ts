/**
 * Coloring as the rest of the server sees it: rooms are opened, touched with their newest strokes and forgotten; frames and
 * states come back. Scheduler, colorist process and its replacement are hidden behind it.
 *
 * When the colorist is gone (killed, hung, out of memory, its weights not those of the manifest), rooms are told `down`, a new
 * one is started with growing pauses, rooms are opened in it again, and the newest revision of each is colored. Everything else
 * goes on meanwhile.
 */
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Network } from '../../models/engine.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import type { FrameHeader, Stage, Status } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { forkTypeScript } from '../child.ts'
import type { FromColorist, Made, ToColorist } from './colorist.ts'
import type { Attention } from './register.ts'
import { createScheduler, type Job } from './scheduler.ts'

export type EngineInfo = { engine: string; device: string; models: { name: string; sha256: string }[] }

export type ColoringEvents = {
  /** A new picture of a room; the bytes are WebP. Frames of a room come in the order of `isFresher`. */
  frame(room: string, header: FrameHeader, bytes: Uint8Array): void
  status(room: string, status: Status): void
}

export type Layer = RgbPicture & { revision: number }

export type Coloring = {
  info(): EngineInfo
  /** Makes a room known. `line` is the line art as a PNG. */
  open(room: string, line: Uint8Array): void
  /** The newest state; the list is compared by identity with the one before. Refused (thrown) for a room not opened. */
  touch(room: string, revision: number, strokes: readonly Stroke[]): void
  /** Who looks at the room; nobody does until this is called, and a room nobody looks at is not colored. */
  attend(room: string, attention: Attention): void
  /** The newest revision is wanted in both stages, whoever looks. */
  want(room: string): void
  forget(room: string): void
  /** The newest refined color layer after its final pass (models/finalPass.ts), or null before the first. */
  layer(room: string): Promise<Layer | null>
  /** One picture without a room; `line` and `hints` are PNGs. */
  once(line: Uint8Array, hints: Uint8Array | undefined, stage: Stage): Promise<RgbPicture>
  close(): Promise<void>
}

type Log = Record<'info' | 'warn', (fields: object, text: string) => void>
/** `threads` of the networks: up to 4, as many as there are cores, when left out. `entry`: the file of the colorist process. */
type Options = { events: ColoringEvents; log: Log; threads?: number; entry?: URL }

type Room = {
  line: Uint8Array
  revision: number
  strokes: readonly Stroke[]
  /** What the colorist has of it; undefined when it does not know the room yet. */
  sent: readonly Stroke[] | undefined
  refined: number
  /** Its first run opens the page, which takes longer. */
  isOpened: boolean
}

type Colorist =
  | { state: 'starting'; child: ChildProcess }
  | { state: 'ready'; child: ChildProcess }
  | { state: 'gone' }
  | { state: 'closed' }

type Waiting = { resolve: (reply: FromColorist) => void; reject: (error: Error) => void }

const HEAP_MB = 512
/** A run that takes this many times the slowest so far hangs, but not before a few seconds; other work, before it has a while. */
const SLOWER = 8
const RUN_WATCHDOG_MS = 4_000
const WATCHDOG_MS = 20_000
const HEARING_MS = 250
const START_WATCHDOG_MS = 60_000
/** The longest that a piece of an export waits for a colorist without other work: rooms may be drawn in without pause. */
const PIECE_WAIT_MS = 250
const FIRST_PAUSE_MS = 200
const LAST_PAUSE_MS = 10_000

const defaultThreads = () => Math.min(4, availableParallelism())

const stageOf = { draft: 'draft', refine: 'refined' } as const satisfies Record<Network, Stage>

/** Starts the colorist and resolves when it is warm, or has failed for the first time. */
export async function openColoring({
  events,
  log,
  threads = defaultThreads(),
  entry = new URL('./colorist.ts', import.meta.url),
}: Options): Promise<Coloring> {
  const rooms = new Map<string, Room>()
  const waiting = new Map<number, Waiting>()
  const scheduler = createScheduler({
    run,
    onIdle: (room, revision) => events.status(room, { state: 'idle', revision }),
  })
  let colorist: Colorist = { state: 'gone' }
  let engine: EngineInfo = { engine: 'none', device: 'none', models: [] }
  let lastId = 0
  let slowest = 0
  let lastPass: Promise<unknown> = Promise.resolve()
  let onAnswer = () => {}
  let pause = FIRST_PAUSE_MS

  function start(): Promise<void> {
    const child = forkTypeScript(entry, HEAP_MB, [String(threads)])
    colorist = { state: 'starting', child }
    scheduler.pause()
    const watchdog = setTimeout(() => child.kill('SIGKILL'), START_WATCHDOG_MS)
    return new Promise((resolve, reject) => {
      child.on('message', (reply: FromColorist) => {
        if (reply.kind === 'ready') {
          clearTimeout(watchdog)
          ready(child, reply)
          resolve()
          return
        }
        const asked = waiting.get(reply.id)
        waiting.delete(reply.id)
        if (reply.kind === 'failed') asked?.reject(new Error(reply.message))
        else asked?.resolve(reply)
      })
      child.on('exit', (code, signal) => {
        clearTimeout(watchdog)
        reject(new Error(`the colorist could not start (${signal ?? code})`))
        if (colorist.state !== 'closed') lost(code, signal)
      })
    })
  }

  function ready(child: ChildProcess, told: EngineInfo): void {
    engine = { engine: told.engine, device: told.device, models: told.models }
    colorist = { state: 'ready', child }
    pause = FIRST_PAUSE_MS
    log.info({ engine: told.engine, device: told.device }, 'the colorist is ready')
    // Whoever was told `down` hears that it is over; what is to be done is told as it begins.
    for (const [id, room] of rooms) events.status(id, { state: 'idle', revision: room.revision })
    scheduler.resume()
  }

  /** Fails what was asked, tells the rooms and starts another after a pause. */
  function lost(code: number | null, signal: string | null): void {
    log.warn({ code, signal, pause }, 'the colorist is gone and will be replaced')
    colorist = { state: 'gone' }
    scheduler.pause()
    for (const { reject } of waiting.values()) reject(new Error('the colorist is gone'))
    waiting.clear()
    for (const [id, room] of rooms) {
      room.sent = undefined
      room.isOpened = false
      events.status(id, { state: 'down', revision: room.revision })
    }
    setTimeout(() => {
      if (colorist.state === 'gone') start().catch(() => {})
    }, pause).unref()
    pause = Math.min(LAST_PAUSE_MS, pause * 2)
  }

  function send(message: ToColorist): void {
    if (colorist.state === 'ready') colorist.child.send(message)
  }

  async function ask<Kind extends FromColorist['kind']>(
    kind: Kind,
    message: (id: number) => ToColorist,
    { patience = WATCHDOG_MS, signal }: { patience?: number; signal?: AbortSignal } = {},
  ): Promise<Extract<FromColorist, { kind: Kind }>> {
    if (colorist.state !== 'ready') throw new Error('the colorist is not ready')
    const { child } = colorist
    const id = ++lastId
    const end = () => {
      log.warn({ kind, patience }, 'the colorist hangs and is ended')
      child.kill('SIGKILL')
    }
    // It may be this process that stood still: an answer that came meanwhile is heard before the end.
    let watchdog = setTimeout(() => (watchdog = setTimeout(end, HEARING_MS)), patience)
    const cancel = () => send({ kind: 'cancel', run: id })
    signal?.addEventListener('abort', cancel)
    try {
      const reply = await new Promise<FromColorist>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        child.send(message(id))
      })
      if (reply.kind !== kind) throw new Error(`the colorist answered ${reply.kind} to ${kind}`)
      return reply as Extract<FromColorist, { kind: Kind }>
    } finally {
      clearTimeout(watchdog)
      signal?.removeEventListener('abort', cancel)
      onAnswer()
    }
  }

  /** Resolves when nothing is asked of the colorist, or after a while. */
  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PIECE_WAIT_MS)
      // The scheduler goes first when a run has ended.
      onAnswer = () =>
        setImmediate(() => {
          if (waiting.size > 0) return
          clearTimeout(timer)
          resolve()
        })
      onAnswer()
    })
  }

  /**
   * A color layer that the colorist makes in pieces, so that whatever else it is asked goes first. One after the other, for each
   * needs memory.
   */
  function inPieces(first: (id: number) => ToColorist): Promise<RgbPicture> {
    const layer = lastPass.then(async () => {
      const begun = await ask('layer', first)
      let made = begun.layer
      while (!made) {
        await rest()
        made = (await ask('layer', (id) => ({ kind: 'piece', id, pass: begun.id }))).layer
      }
      return made
    })
    lastPass = layer.catch(() => {})
    return layer
  }

  async function run({ room: id, stage: network, revision, signal }: Job): Promise<'done' | 'cancelled'> {
    const room = rooms.get(id)
    if (!room) return 'cancelled'
    events.status(id, { state: network, revision })
    // A refine of a revision that is no longer the newest colors the hints its draft saw, so nothing newer is sent.
    if (network === 'draft' || !room.sent) bringUpToDate(id, room)
    const made = await askRun(id, room, network, signal)
    if (!made || rooms.get(id) !== room) return 'cancelled'
    if (network === 'refine') room.refined = revision
    const { width, height, ms, bytes } = made
    const header = {
      revision,
      stage: stageOf[network],
      width,
      height,
      ms: Math.round(10 * ms) / 10,
      engine: engine.engine,
    }
    events.frame(id, header, bytes)
    return 'done'
  }

  async function askRun(id: string, room: Room, network: Network, signal: AbortSignal): Promise<Made | null> {
    const began = performance.now()
    const patience = room.isOpened ? Math.max(RUN_WATCHDOG_MS, SLOWER * slowest) : WATCHDOG_MS
    const { made } = await ask('run', (ask) => ({ kind: 'run', id: ask, room: id, network }), {
      patience,
      signal,
    })
    if (room.isOpened) slowest = Math.max(slowest, performance.now() - began)
    room.isOpened = true
    return made
  }

  /** Sends what differs between the room's strokes and what the colorist has of them. */
  function bringUpToDate(id: string, room: Room): void {
    if (!room.sent) {
      send({ kind: 'open', room: id, line: room.line })
      room.sent = []
    }
    const { sent, strokes } = room
    const shorter = Math.min(sent.length, strokes.length)
    let at = 0
    while (at < shorter && sent[at] === strokes[at]) at++
    let tail = 0
    while (tail < shorter - at && sent[sent.length - 1 - tail] === strokes[strokes.length - 1 - tail]) tail++
    const remove = sent.length - at - tail
    const insert = strokes.slice(at, strokes.length - tail)
    if (remove > 0 || insert.length > 0) send({ kind: 'strokes', room: id, at, remove, insert })
    room.sent = strokes
  }

  // When it fails it is tried again (see `lost`), with everything else at work.
  await start().catch((error: Error) => log.warn({ err: error }, 'there is no coloring yet'))
  return {
    info: () => engine,
    open(room, line) {
      rooms.set(room, { line, revision: 0, strokes: [], sent: undefined, refined: 0, isOpened: false })
      scheduler.touch(room, 0)
    },
    touch(id, revision, strokes) {
      const room = rooms.get(id)
      if (!room) throw new Error('touched a room that was not opened')
      room.revision = revision
      room.strokes = strokes
      scheduler.touch(id, revision)
    },
    attend: (room, attention) => scheduler.attend(room, attention),
    want: (room) => scheduler.want(room),
    forget(room) {
      rooms.delete(room)
      scheduler.forget(room)
      send({ kind: 'forget', room })
    },
    async layer(id) {
      const room = rooms.get(id)
      if (!room || room.refined === 0) return null
      const { refined } = room
      if (!room.sent) bringUpToDate(id, room)
      const layer = await inPieces((ask) => ({ kind: 'layer', id: ask, room: id }))
      return { ...layer, revision: refined }
    },
    async once(line, hints, stage) {
      const job = { line, stage, ...(hints && { hints }) }
      return inPieces((id) => ({ kind: 'once', id, ...job }))
    },
    async close() {
      const ending = 'child' in colorist ? colorist.child : undefined
      colorist = { state: 'closed' }
      scheduler.pause()
      for (const { reject } of waiting.values()) reject(new Error('coloring is closed'))
      waiting.clear()
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
      await new Promise((resolve) => {
        ending.once('exit', resolve)
        ending.kill('SIGKILL')
      })
    },
  }
}

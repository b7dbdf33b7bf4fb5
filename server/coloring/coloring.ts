/**
 * Coloring as the rest of the server sees it: rooms are opened, touched with their newest strokes and forgotten; frames and
 * states come back. Scheduler, colorist process and its replacement are hidden behind it.
 *
 * When the colorist is gone (killed, hung, out of memory), rooms are told `down`, a new one is started with growing pauses,
 * every room is opened in it again, and the newest revision of each is colored.
 */
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import type { Network } from '../../models/engine.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { readWeights } from '../../models/manifest.ts'
import type { FrameHeader, Stage, Status } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { forkTypeScript } from '../child.ts'
import type { FromColorist, ToColorist } from './colorist.ts'
import { createScheduler } from './scheduler.ts'

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
  forget(room: string): void
  /** The newest refined color layer after its final pass (models/finalPass.ts), or null before the first. */
  layer(room: string): Promise<Layer | null>
  /** One picture without a room; `line` and `hints` are PNGs. */
  once(line: Uint8Array, hints: Uint8Array | undefined, stage: Stage): Promise<RgbPicture>
  close(): Promise<void>
}

type Log = Record<'info' | 'warn', (fields: object, text: string) => void>
/** `threads` of the networks; up to 4, as many as there are cores, when left out. */
type Options = { events: ColoringEvents; log: Log; threads?: number }

type Room = {
  line: Uint8Array
  revision: number
  strokes: readonly Stroke[]
  /** What the colorist has of it; undefined when it does not know the room yet. */
  sent: readonly Stroke[] | undefined
  refined: number
}

type Colorist =
  | { state: 'starting'; child: ChildProcess }
  | { state: 'ready'; child: ChildProcess }
  | { state: 'gone' }
  | { state: 'closed' }

type Waiting = { resolve: (reply: FromColorist) => void; reject: (error: Error) => void }

const HEAP_MB = 512
/** A run takes under a second; one that takes this long hangs. */
const WATCHDOG_MS = 20_000
/** The longest that a piece of an export waits for a colorist without other work: rooms may be drawn in without pause. */
const PIECE_WAIT_MS = 250
const FIRST_PAUSE_MS = 200
const LAST_PAUSE_MS = 10_000

const defaultThreads = () => Math.min(4, availableParallelism())

const stageOf = { draft: 'draft', refine: 'refined' } as const satisfies Record<Network, Stage>

/** Starts the colorist and resolves when it is warm. @throws Error when the weights are not those of the manifest. */
export async function openColoring({ events, log, threads = defaultThreads() }: Options): Promise<Coloring> {
  const weights = await readWeights()
  const models = Object.values(weights).map(({ stage, sha256 }) => ({ name: stage, sha256 }))
  const rooms = new Map<string, Room>()
  const waiting = new Map<number, Waiting>()
  const scheduler = createScheduler({
    run,
    onIdle: (room, revision) => events.status(room, { state: 'idle', revision }),
  })
  let colorist: Colorist = { state: 'gone' }
  let engine = { engine: 'none', device: 'none' }
  let lastId = 0
  let lastPass: Promise<unknown> = Promise.resolve()
  let onAnswer = () => {}
  let pause = FIRST_PAUSE_MS

  function start(): Promise<void> {
    const child = forkTypeScript(new URL('./colorist.ts', import.meta.url), HEAP_MB, [String(threads)])
    colorist = { state: 'starting', child }
    scheduler.pause()
    return new Promise((resolve, reject) => {
      child.on('message', (reply: FromColorist) => {
        if (reply.kind === 'ready') {
          engine = { engine: reply.engine, device: reply.device }
          colorist = { state: 'ready', child }
          pause = FIRST_PAUSE_MS
          log.info(engine, 'the colorist is ready')
          scheduler.resume()
          resolve()
          return
        }
        const asked = waiting.get(reply.id)
        waiting.delete(reply.id)
        if (reply.kind === 'failed') asked?.reject(new Error(reply.message))
        else asked?.resolve(reply)
      })
      child.on('exit', (code, signal) => {
        reject(new Error(`the colorist could not start (${signal ?? code})`))
        if (colorist.state !== 'closed') lost(code, signal)
      })
    })
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
  ): Promise<Extract<FromColorist, { kind: Kind }>> {
    if (colorist.state !== 'ready') throw new Error('the colorist is not ready')
    const { child } = colorist
    const id = ++lastId
    const watchdog = setTimeout(() => {
      log.warn({ kind }, 'the colorist hangs and is ended')
      child.kill('SIGKILL')
    }, WATCHDOG_MS)
    try {
      const reply = await new Promise<FromColorist>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        child.send(message(id))
      })
      if (reply.kind !== kind) throw new Error(`the colorist answered ${reply.kind} to ${kind}`)
      return reply as Extract<FromColorist, { kind: Kind }>
    } finally {
      clearTimeout(watchdog)
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

  async function run(id: string, network: Network, revision: number): Promise<void> {
    const room = rooms.get(id)
    if (!room) return
    events.status(id, { state: network, revision })
    // A refine of a revision that is no longer the newest colors the hints its draft saw, so nothing newer is sent.
    if (network === 'draft' || !room.sent) bringUpToDate(id, room)
    const { width, height, ms, bytes } = await ask('run', (ask) => ({
      kind: 'run',
      id: ask,
      room: id,
      network,
    }))
    if (rooms.get(id) !== room) return
    if (network === 'refine') room.refined = revision
    const header = {
      revision,
      stage: stageOf[network],
      width,
      height,
      ms: Math.round(10 * ms) / 10,
      engine: engine.engine,
    }
    events.frame(id, header, bytes)
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

  await start()
  return {
    info: () => ({ ...engine, models }),
    open(room, line) {
      rooms.set(room, { line, revision: 0, strokes: [], sent: undefined, refined: 0 })
    },
    touch(id, revision, strokes) {
      const room = rooms.get(id)
      if (!room) throw new Error('touched a room that was not opened')
      room.revision = revision
      room.strokes = strokes
      scheduler.touch(id, revision)
    },
    forget(room) {
      rooms.delete(room)
      scheduler.forget(room)
      send({ kind: 'forget', room })
    },
    async layer(id) {
      const room = rooms.get(id)
      if (!room || room.refined === 0) return null
      const { refined } = room
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

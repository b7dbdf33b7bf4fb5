/**
 * Pictures that strangers send are opened here: in a child process with bounded memory and time, one after the other.
 *
 * A picture that cannot be taken rejects with a `Refusal`. A decoder that crashes, hangs or grows costs the one picture
 * it was opening, which is not tried again: the process is replaced and the next picture goes on. Only so many wait; more are
 * refused, with a code that says to try again.
 */
import type { ChildProcess } from 'node:child_process'
import type { SavedRegion, SavedStrokes } from '../../files/hintsFile.ts'
import type { PageLook } from '../../shared/pageSettings.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { Size } from '../../shared/workSize.ts'
import { forkTypeScript, onceEnded } from '../child.ts'
import type { ImportBounds } from '../wholeRoom/importedRoom.ts'
import { unpackedRoom, type ImportedRoom } from '../wholeRoom/packedRoom.ts'
import type { RefusalCode } from '../../shared/protocol.ts'
import type { ImageJob, ImageReply } from './imageProcess.ts'
import { OUTGROWN } from './memoryCap.ts'

/** Line art as the server keeps it: a grey PNG, re-encoded here, and its size. */
export type LineArt = Size & { png: Uint8Array }

/** A color layer, an encoded frame of one, or a document whose hints are to be spread. */
export type Colors = { layer: RgbPicture } | { frame: Uint8Array } | { document: Uint8Array }

/** What a page's settings make of it, or the document that holds them. */
export type Look = PageLook | { document: Uint8Array }

/** A clean RGBA PNG, or strokes as an encoded document, with the finished regions and the look of their page. */
export type CleanHints =
  | { png: Uint8Array }
  | ({ document: Uint8Array; finished: readonly SavedRegion[] } & Pick<SavedStrokes, 'look' | 'guests'>)

export type Images = {
  /** An upload as a page's line art: upright, flattened on white, grey, at most `limits.pageSide` on the long side; with `clean`, a photo or scan made line art (files/cleanedSketch.ts). */
  lineArt(bytes: Uint8Array, clean?: boolean): Promise<LineArt>
  /** The same at the upload's own size. */
  sketch(bytes: Uint8Array, clean?: boolean): Promise<LineArt>
  /** A file of hints (files/hintsFile.ts) for a page of that size. */
  hints(bytes: Uint8Array, page: Size): Promise<CleanHints>
  /** The colors of a palette file, 0xRRGGBB. */
  palette(bytes: Uint8Array): Promise<number[]>
  /** Line art over the color layer at the line art's own resolution, as PNG. */
  composite(line: Pick<LineArt, 'png'>, layer: RgbPicture, look: PageLook): Promise<Uint8Array>
  /** The color layer alone, without lines, at the line art's own resolution, as PNG. */
  color(line: Pick<LineArt, 'png'>, layer: RgbPicture, look: PageLook): Promise<Uint8Array>
  /** Line art over colors as a WebP to look at, its long side at most `side`. */
  picture(line: Uint8Array, colors: Colors, look: Look, side: number): Promise<Uint8Array>
  /** A room from the bytes of a .nurie file. */
  importedRoom(bytes: Uint8Array, bounds: ImportBounds): Promise<ImportedRoom>
  close(): Promise<void>
}

export type ImagesOptions = {
  /** Hears of crashes. */
  log: { warn(fields: object, text: string): void }
  /** Hears each time that the process is replaced. */
  onLost?(): void
  /** The file of the image process. */
  entry?: URL
  jobMs?: number
}

const HEAP_MB = 768
/** The decoder's own limit is 10 s; this one ends a process that does not keep it. */
const JOB_MS = 15_000
/** Whole rooms with their making may take longer. */
const ROOM_JOBS = 2
/** Pictures that wait for the one being opened. */
const QUEUE = 32

type Waiting = { job: ImageJob; resolve: (reply: ImageReply) => void; reject: (error: Error) => void }

/** Starts the image process. */
export function openImages(options: ImagesOptions): Images {
  const { log, entry = new URL('./imageProcess.ts', import.meta.url), jobMs = JOB_MS } = options
  const queue: Waiting[] = []
  let running: Waiting | undefined
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function start(): ChildProcess {
    const started = forkTypeScript(entry, HEAP_MB)
    started.on('message', (reply: ImageReply) => {
      if (child === started) settle((job) => job.resolve(reply))
    })
    onceEnded(started, (how) => {
      if (child === started && !closed) lost(codeOf(how), `it ended with ${how}`)
    })
    return started
  }

  /** The picture it was opening is given up; the next one gets a new process. */
  function lost(code: RefusalCode, reason: string): void {
    child = undefined
    options.onLost?.()
    log.warn({ code, reason }, 'the image process is replaced')
    settle(({ job, reject }) =>
      // A picture of our own that ends the decoder is a fault of ours.
      reject('bytes' in job ? new Refusal(codeFor(job, code)) : new Error(`image process: ${reason}`)),
    )
  }

  function settle(finish: (job: Waiting) => void): void {
    const job = running
    running = undefined
    clearTimeout(timer)
    if (job) finish(job)
    pump()
  }

  function pump(): void {
    if (running || closed) return
    running = queue.shift()
    if (!running) return
    const worker = (child ??= start())
    worker.send(running.job)
    const { kind } = running.job
    const most = kind === 'importedRoom' ? ROOM_JOBS * jobMs : jobMs
    timer = setTimeout(() => {
      worker.kill('SIGKILL')
      lost('image-timeout', `it took more than ${most} ms`)
    }, most)
  }

  async function run<Kind extends ImageJob['kind']>(job: ImageJob & { kind: Kind }) {
    if (closed) throw new Error('images are closed')
    if (queue.length >= QUEUE) throw new Refusal('too-busy')
    const reply = await new Promise<ImageReply>((resolve, reject) => {
      queue.push({ job, resolve, reject })
      pump()
    })
    if (reply.kind === 'refused') throw new Refusal(reply.code)
    if (reply.kind === 'failed') throw new Error(`image process: ${reply.message}`)
    if (reply.kind !== job.kind) throw new Error(`image process answered ${reply.kind} to ${job.kind}`)
    return reply as Extract<ImageReply, { kind: Kind }>
  }

  child = start()
  return {
    async lineArt(bytes, clean = false) {
      return (await run({ kind: 'lineArt', bytes, clean })).line
    },
    async sketch(bytes, clean = false) {
      return (await run({ kind: 'sketch', bytes, clean })).line
    },
    async hints(bytes, page) {
      return (await run({ kind: 'hints', bytes, page })).hints
    },
    async palette(bytes) {
      return (await run({ kind: 'palette', bytes })).colors
    },
    async composite(line, layer, look) {
      return (await run({ kind: 'composite', png: line.png, layer, look })).png
    },
    async color(line, layer, look) {
      return (await run({ kind: 'color', png: line.png, layer, look })).png
    },
    async picture(png, colors, look, side) {
      return (await run({ kind: 'picture', png, colors, look, side })).webp
    },
    async importedRoom(bytes, bounds) {
      return unpackedRoom((await run({ kind: 'importedRoom', bytes, bounds })).imported)
    },
    async close() {
      closed = true
      clearTimeout(timer)
      const failed = new Error('images are closed')
      for (const job of [...(running ? [running] : []), ...queue.splice(0)]) job.reject(failed)
      running = undefined
      const ending = child
      if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
      await new Promise((resolve) => {
        ending.once('exit', resolve)
        ending.kill('SIGKILL')
      })
    },
  }
}

/** What takes more than its time or memory is no page that people made here. */
const codeFor = ({ kind }: ImageJob, code: RefusalCode): RefusalCode =>
  kind === 'importedRoom' ? 'nurie-beyond-limits' : code

/** What is told of the picture whose decoder ended so. A kernel short of memory kills. */
const codeOf = (how: number | NodeJS.Signals | null): RefusalCode =>
  how === OUTGROWN || how === 'SIGKILL' ? 'image-too-complex' : 'broken-image'

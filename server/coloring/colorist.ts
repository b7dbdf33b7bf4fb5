/**
 * The colorist: a process of its own around the engine. Strokes -> raster -> hint map -> draft -> refined -> WebP.
 *
 * It holds nothing that matters: rooms are opened and their strokes sent again after it was replaced. Messages are handled
 * strictly one after the other, but for `cancel`, which is heard while a run is under way; each that carries an `id` is answered
 * exactly once.
 */
import type { Engine, EngineName, Network } from '../../models/engines/engine.ts'
import { openEngine } from '../../models/engines/openEngine.ts'
import { finalPass, type FinalPass } from '../../models/finalPass.ts'
import type { FinishedPatch } from '../../models/finishedRegions.ts'
import { decodeHints, decodeSketch, encodeRgbaPng, encodeWebp } from '../../files/image.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { readWeights } from '../../models/manifest.ts'
import { PageColoring } from '../../models/pageColoring.ts'
import type { RefusalCode, Stage } from '../../shared/protocol.ts'
import type { Rect } from '../../shared/raster.ts'
import { spliced, type Splice } from '../../shared/splice.ts'
import { strokesIn, type Stroke } from '../../shared/strokes.ts'
import { endWithParent } from '../child.ts'
import { FrameCutter, type Cut } from './frameCutter.ts'
import { makingPass, type MakingPass } from './makingPass.ts'
import { OpenPages } from './openPages.ts'

export type ToColorist =
  | { kind: 'open'; room: string; line: Uint8Array }
  | { kind: 'forget'; room: string }
  /** What changed of the room's list. */
  | ({ kind: 'strokes'; room: string } & Splice<Stroke>)
  /** The finished regions of a room, all of them. */
  | { kind: 'finished'; room: string; patches: readonly EncodedPatch[] }
  /** Cuts the region around a place out of the room's refined picture. */
  | { kind: 'finish'; id: number; room: string; place: Place }
  /** `isWhole`: somebody cannot take a patch. */
  | { kind: 'run'; id: number; room: string; network: Network; isWhole: boolean }
  /** The newest frame of a stage once more, as a whole. */
  | { kind: 'whole'; id: number; room: string; stage: Stage }
  /** Nobody needs this refine any more: it may end early. No answer of its own. */
  | { kind: 'cancel'; run: number }
  /** Begins the final pass of a room's refined picture, or a picture without a room; its number is this message's id. */
  | { kind: 'layer'; id: number; room: string }
  | ({ kind: 'once'; id: number; line: Uint8Array } & Once)
  /** Begins the refined picture of what a document held, likewise. */
  | {
      kind: 'past'
      id: number
      line: Uint8Array
      document: Uint8Array
      finished: readonly EncodedPatch[]
    }
  /** Begins the pictures of a page's making (shared/making.ts), likewise: its drafts as frames, the refined one at last. */
  | {
      kind: 'making'
      id: number
      line: Uint8Array
      making: Uint8Array
      finished: readonly EncodedPatch[]
    }
  /** Does the next piece of a pass. */
  | { kind: 'piece'; id: number; pass: number }

export type FromColorist =
  | { kind: 'ready'; engine: string; device: string; models: { name: string; sha256: string }[] }
  /** Its last words: why it ends. `isEngine`: another engine may do better. */
  | { kind: 'unfit'; reason: string; isEngine: boolean }
  | { kind: 'failed'; id: number; message: string; isEngine: boolean }
  /** Null when it was called off. */
  | { kind: 'run'; id: number; made: Made | null }
  | { kind: 'finish'; id: number; cut: EncodedPatch | FinishRefusal }
  /** Null while pieces are left. `flats` (sorted, at the working size) come when it begins, `frame`s (WebP) as they are made. */
  | { kind: 'layer'; id: number; layer: RgbPicture | null; flats?: RgbPicture; frame?: Uint8Array }

/**
 * How a picture without a room is made: from hints as a PNG or as an encoded document's strokes, its unhinted regions in the colors of
 * a palette (0xRRGGBB).
 */
export type Once = {
  stage: Stage
  hints?: { png: Uint8Array } | { document: Uint8Array; finished: readonly EncodedPatch[] }
  palette?: readonly number[]
}

/** Where a region is pressed and the gaps in its lines that are closed, in 1/8 page pixels, as a fill's. */
export type Place = { x: number; y: number; gap: number }
/** As in finishedRegions.ts, the pictures as PNG. */
export type EncodedPatch = { left: number; top: number; picture: Uint8Array; flats: Uint8Array }
export type FinishRefusal = Extract<RefusalCode, 'no-region' | 'finished-already'>

/** `width` x `height` is the whole page's picture; `ms` is what the networks took, `encodeMs` what came after. */
export type Made = {
  width: number
  height: number
  ms: number
  encodeMs: number
  bytes: Uint8Array
  patch?: Rect
}

/** A colorist that grew larger than this leaks: it ends, and is replaced. An export of the largest page takes half of it. */
const LARGEST_BYTES = 1.2e9

/** The line art's pixels are decoded when the room is first run, so that opening costs the parent nothing. */
type Room = { line: Uint8Array; strokes: Stroke[]; finished: readonly EncodedPatch[] }

/** Says why, and ends: another one is started a while later. */
function fail(error: unknown, isEngine = false): Promise<never> {
  const reason = messageOf(error)
  return new Promise(() =>
    process.send!({ kind: 'unfit', reason, isEngine } satisfies FromColorist, () => process.exit(1)),
  )
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** What an engine threw, told from what else can go wrong with a page. */
class EngineFault extends Error {}

/** The engine, its faults known as such. */
function watched(engine: Engine): Engine {
  return {
    ...engine,
    async run(network, input) {
      return engine.run(network, input).catch((error: unknown) => {
        throw new EngineFault(messageOf(error), { cause: error })
      })
    },
  }
}

const models = await readWeights().catch((error: unknown) => fail(error))
const engine = await openEngine(process.argv[2] as EngineName, {
  weights: models,
  threads: Number(process.argv[3]),
}).then(watched, (error: unknown) => fail(error, true))
const rooms = new Map<string, Room>()
/** `finished` are the patches that the coloring knows. */
type Page = { coloring: PageColoring; cutter: FrameCutter; finished: readonly EncodedPatch[] }
const NOTHING_FINISHED: readonly EncodedPatch[] = []
const pages = new OpenPages<Page>()
/** Runs that were called off; numbers only grow, and those up to `ended` are over. */
const cancelled = new Set<number>()
let ended = 0
/** Passes under way, by number; what they yield are frames. */
const passes = new Map<number, FinalPass | MakingPass>()

async function openPage(line: Uint8Array, how: Pick<Once, 'palette'> = {}): Promise<PageColoring> {
  return new PageColoring({ engine, models, page: await decodeSketch(line), ...how })
}

/** The room's page with its newest strokes. */
async function pageOf(id: string): Promise<Page> {
  const { line, strokes, finished } = known(id)
  const page = await pages.use(id, async () => ({
    coloring: await openPage(line),
    cutter: new FrameCutter(),
    finished: NOTHING_FINISHED,
  }))
  if (page.finished !== finished) {
    page.coloring.setFinished(await Promise.all(finished.map(decoded)))
    page.finished = finished
  }
  page.coloring.setStrokes(strokes)
  return page
}

async function decoded({ left, top, picture, flats }: EncodedPatch): Promise<FinishedPatch> {
  return { left, top, picture: await decodeHints(picture), flats: await decodeHints(flats) }
}

async function finish(room: string, place: Place): Promise<EncodedPatch | FinishRefusal> {
  const cut = await (await pageOf(room)).coloring.finish(place)
  if (typeof cut === 'string') return cut
  const { left, top, picture, flats } = cut
  return { left, top, picture: await encodeRgbaPng(picture), flats: await encodeRgbaPng(flats) }
}

async function run(id: number, room: string, network: Network, isWhole: boolean): Promise<Made | null> {
  const { coloring, cutter } = await pageOf(room)
  const began = performance.now()
  const isStale = async () => {
    await aTurn()
    return cancelled.has(id)
  }
  const isDraft = network === 'draft'
  const picture = isDraft ? await coloring.shadedDraft() : await coloring.refineUnless(isStale)
  if (!picture) return null
  const ms = performance.now() - began
  return encode(cutter.cut(isDraft ? 'draft' : 'refined', picture, isWhole), ms)
}

async function encode({ picture, ...cut }: Cut, ms: number): Promise<Made> {
  const began = performance.now()
  const bytes = await encodeWebp(picture)
  return { ...cut, ms, encodeMs: performance.now() - began, bytes }
}

/** A page that was closed meanwhile is colored again. */
async function whole(room: string, stage: Stage): Promise<Made> {
  const { coloring, cutter } = await pageOf(room)
  const again = () => (stage === 'draft' ? coloring.draft() : coloring.refine())
  // What the cutter does not know no patch is laid over.
  const picture = cutter.newest(stage) ?? (await again())
  return encode({ width: picture.width, height: picture.height, picture }, 0)
}

/** Lets messages come in that arrived while this thread was at work: a whole turn of the event loop. */
const aTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

/** Begins a pass; nothing newer is in it, whatever is drawn until it ends. */
async function begin(id: number, coloring: PageColoring, line: Uint8Array): Promise<FromColorist> {
  const shown = await coloring.shown()
  passes.set(id, finalPass({ engine, models, page: await decodeSketch(line), shown }))
  return { kind: 'layer', id, layer: null, flats: await coloring.sortedFlats(shown.picture) }
}

/** The picture of a page that is not open, from its strokes. */
async function* pastPicture(
  line: Uint8Array,
  document: Uint8Array,
  finished: readonly EncodedPatch[],
): FinalPass {
  const coloring = await openPage(line)
  coloring.setFinished(await Promise.all(finished.map(decoded)))
  yield
  coloring.setStrokes(strokesIn(document))
  await coloring.draft()
  yield
  return await coloring.refine()
}

async function doPiece(id: number, pass: number): Promise<FromColorist> {
  const pieces = passes.get(pass)
  if (!pieces) throw new Error('unknown pass')
  // A pass that fails is over.
  passes.delete(pass)
  const { done, value } = await pieces.next()
  if (done) return { kind: 'layer', id, layer: value }
  passes.set(pass, pieces)
  return { kind: 'layer', id, layer: null, ...(value && { frame: value }) }
}

function known(id: string): Room {
  const room = rooms.get(id)
  if (!room) throw new Error('unknown room')
  return room
}

async function handle(message: ToColorist): Promise<FromColorist | undefined> {
  switch (message.kind) {
    case 'open':
      rooms.set(message.room, { line: message.line, strokes: [], finished: NOTHING_FINISHED })
      return undefined
    case 'forget':
      rooms.delete(message.room)
      pages.close(message.room)
      return undefined
    case 'strokes': {
      const room = rooms.get(message.room)
      if (room) room.strokes = spliced(room.strokes, message)
      return undefined
    }
    case 'finished':
      known(message.room).finished = message.patches
      return undefined
    case 'finish':
      return { kind: 'finish', id: message.id, cut: await finish(message.room, message.place) }
    case 'run': {
      const { id, room, network, isWhole } = message
      return { kind: 'run', id, made: await run(id, room, network, isWhole) }
    }
    case 'whole':
      return { kind: 'run', id: message.id, made: await whole(message.room, message.stage) }
    case 'cancel':
      return undefined
    case 'layer':
      return begin(message.id, (await pageOf(message.room)).coloring, known(message.room).line)
    case 'once': {
      const { line, hints, stage, palette } = message
      const coloring = await openPage(line, palette && { palette })
      if (hints && 'png' in hints) coloring.setPicture(await decodeHints(hints.png))
      else if (hints) {
        coloring.setFinished(await Promise.all(hints.finished.map(decoded)))
        coloring.setStrokes(strokesIn(hints.document))
      }
      if (stage === 'refined') return begin(message.id, coloring, line)
      const layer = await coloring.draft()
      return { kind: 'layer', id: message.id, layer, flats: await coloring.sortedFlats(layer) }
    }
    case 'past':
      passes.set(message.id, pastPicture(message.line, message.document, message.finished))
      return { kind: 'layer', id: message.id, layer: null }
    case 'making': {
      const { id, line, making, finished } = message
      const coloring = await openPage(line)
      coloring.setFinished(await Promise.all(finished.map(decoded)))
      passes.set(id, makingPass(coloring, making))
      return { kind: 'layer', id, layer: null }
    }
    case 'piece':
      return doPiece(message.id, message.pass)
  }
}

/** Runs both networks once on an empty page: the first run of a shape plans its memory. */
async function warmUp(): Promise<void> {
  const side = 512
  const blank = new PageColoring({
    engine,
    models,
    page: { width: side, height: side, grey: new Uint8Array(side * side).fill(255) },
  })
  await blank.draft()
  await encodeWebp(await blank.refine())
}

await warmUp().catch((error: unknown) => fail(error, true))
endWithParent()
let work = Promise.resolve()
process.on('message', (message: ToColorist) => {
  if (message.kind === 'cancel') {
    if (message.run > ended) cancelled.add(message.run)
    return
  }
  work = work.then(async () => {
    const reply = await handle(message).catch((error: unknown): FromColorist | undefined => {
      // Nobody knows what of its frames was made: the next one is a whole.
      if ('room' in message) pages.close(message.room)
      if (!('id' in message)) return undefined
      const isEngine = error instanceof EngineFault
      return { kind: 'failed', id: message.id, message: messageOf(error), isEngine }
    })
    if (!reply || !process.connected) return
    if ('id' in message) ended = message.id
    cancelled.delete(ended)
    process.send!(reply)
    if (process.memoryUsage.rss() > LARGEST_BYTES) await fail('it grew too large')
  })
})
const weights = Object.values(models).map(({ stage, sha256 }) => ({ name: stage, sha256 }))
const { name, device } = engine
// The parent may be gone by now.
if (process.connected)
  process.send!({ kind: 'ready', engine: name, device, models: weights } satisfies FromColorist)

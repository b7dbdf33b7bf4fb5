/**
 * The colorist: a process of its own around the engine. Strokes -> raster -> hint map -> draft -> refined -> WebP.
 *
 * It holds nothing that matters: rooms are opened and their strokes sent again after it was replaced. Messages are handled
 * strictly one after the other; each that carries an `id` is answered exactly once.
 */
import type { Network } from '../../models/engine.ts'
import { finalPass, type FinalPass } from '../../models/finalPass.ts'
import { decodeHints, decodeSketch, encodeWebp } from '../../models/image.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { readWeights } from '../../models/manifest.ts'
import { openOnnxEngine } from '../../models/onnx.ts'
import { PageColoring } from '../../models/pageColoring.ts'
import type { Stage } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { endWithParent } from '../child.ts'

export type ToColorist =
  | { kind: 'open'; room: string; line: Uint8Array }
  | { kind: 'forget'; room: string }
  /** Replaces `remove` strokes of the room's list from `at` on. */
  | { kind: 'strokes'; room: string; at: number; remove: number; insert: Stroke[] }
  | { kind: 'run'; id: number; room: string; network: Network }
  /** Begins the final pass of a room's refined picture, or a picture without a room; its number is this message's id. */
  | { kind: 'layer'; id: number; room: string }
  | { kind: 'once'; id: number; line: Uint8Array; hints?: Uint8Array; stage: Stage }
  /** Does the next piece of a pass. */
  | { kind: 'piece'; id: number; pass: number }

export type FromColorist =
  | { kind: 'ready'; engine: string; device: string }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'run'; id: number; width: number; height: number; ms: number; bytes: Uint8Array }
  /** Null while pieces are left. */
  | { kind: 'layer'; id: number; layer: RgbPicture | null }

/** The line art's pixels are decoded when the room is first run, so that opening costs the parent nothing. */
type Room = { line: Uint8Array; strokes: Stroke[]; coloring?: PageColoring }

const models = await readWeights()
const threads = Number(process.argv[2])
const engine = await openOnnxEngine({ weights: models, threads })
const rooms = new Map<string, Room>()
/** Final passes under way, by number. */
const passes = new Map<number, FinalPass>()

async function openPage(line: Uint8Array): Promise<PageColoring> {
  return new PageColoring({ engine, models, page: await decodeSketch(line) })
}

/** The room's page with its newest strokes. */
async function coloringOf(room: Room): Promise<PageColoring> {
  room.coloring ??= await openPage(room.line)
  room.coloring.setStrokes([...room.strokes])
  return room.coloring
}

async function run(room: Room, network: Network): Promise<{ picture: RgbPicture; ms: number }> {
  const coloring = await coloringOf(room)
  const began = performance.now()
  const picture = network === 'draft' ? await coloring.draft() : await coloring.refine()
  return { picture, ms: performance.now() - began }
}

/** Begins a pass; nothing newer is in it, whatever is drawn until it ends. */
async function begin(id: number, coloring: PageColoring, line: Uint8Array): Promise<FromColorist> {
  const shown = await coloring.shown()
  passes.set(id, finalPass({ engine, models, page: await decodeSketch(line), shown }))
  return { kind: 'layer', id, layer: null }
}

async function doPiece(pass: number): Promise<RgbPicture | null> {
  const pieces = passes.get(pass)
  if (!pieces) throw new Error('unknown pass')
  // A pass that fails is over.
  passes.delete(pass)
  const { done, value } = await pieces.next()
  if (done) return value
  passes.set(pass, pieces)
  return null
}

function known(id: string): Room {
  const room = rooms.get(id)
  if (!room) throw new Error('unknown room')
  return room
}

async function handle(message: ToColorist): Promise<FromColorist | undefined> {
  switch (message.kind) {
    case 'open':
      rooms.set(message.room, { line: message.line, strokes: [] })
      return undefined
    case 'forget':
      rooms.delete(message.room)
      return undefined
    case 'strokes':
      rooms.get(message.room)?.strokes.splice(message.at, message.remove, ...message.insert)
      return undefined
    case 'run': {
      const { picture, ms } = await run(known(message.room), message.network)
      const { width, height } = picture
      return { kind: 'run', id: message.id, width, height, ms, bytes: await encodeWebp(picture) }
    }
    case 'layer': {
      const room = known(message.room)
      return begin(message.id, await coloringOf(room), room.line)
    }
    case 'once': {
      const coloring = await openPage(message.line)
      if (message.hints) coloring.setPicture(await decodeHints(message.hints))
      if (message.stage === 'refined') return begin(message.id, coloring, message.line)
      return { kind: 'layer', id: message.id, layer: await coloring.draft() }
    }
    case 'piece':
      return { kind: 'layer', id: message.id, layer: await doPiece(message.pass) }
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

await warmUp()
endWithParent()
let work = Promise.resolve()
process.on('message', (message: ToColorist) => {
  work = work.then(async () => {
    const reply = await handle(message).catch((error: unknown): FromColorist | undefined => {
      const text = error instanceof Error ? error.message : String(error)
      return 'id' in message ? { kind: 'failed', id: message.id, message: text } : undefined
    })
    if (reply && process.connected) process.send!(reply)
  })
})
process.send!({ kind: 'ready', engine: engine.name, device: engine.device } satisfies FromColorist)

/**
 * The colorist: a process of its own around the engine. Strokes -> raster -> hint map -> draft -> refined -> WebP.
 *
 * It holds nothing that matters: rooms are opened and their strokes sent again after it was replaced. Messages are handled
 * strictly one after the other; each that carries an `id` is answered exactly once.
 */
import type { Network } from '../../models/engine.ts'
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
  | { kind: 'layer'; id: number; room: string }
  | { kind: 'once'; id: number; line: Uint8Array; hints?: Uint8Array; stage: Stage }

export type FromColorist =
  | { kind: 'ready'; engine: string; device: string }
  | { kind: 'failed'; id: number; message: string }
  | { kind: 'run'; id: number; width: number; height: number; ms: number; bytes: Uint8Array }
  | { kind: 'layer'; id: number; layer: RgbPicture | null }
  | { kind: 'once'; id: number; layer: RgbPicture }

/** The line art's pixels are decoded when the room is first run, so that opening costs the parent nothing. */
type Room = { line: Uint8Array; strokes: Stroke[]; coloring?: PageColoring; refined?: RgbPicture }

const models = await readWeights()
const threads = Number(process.argv[2])
const engine = await openOnnxEngine({ weights: models, threads })
const rooms = new Map<string, Room>()

async function openPage(line: Uint8Array): Promise<PageColoring> {
  return new PageColoring({ engine, models, page: await decodeSketch(line) })
}

async function run(room: Room, network: Network): Promise<{ picture: RgbPicture; ms: number }> {
  room.coloring ??= await openPage(room.line)
  room.coloring.setStrokes([...room.strokes])
  const began = performance.now()
  const picture = network === 'draft' ? await room.coloring.draft() : await room.coloring.refine()
  if (network === 'refine') room.refined = picture
  return { picture, ms: performance.now() - began }
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
    case 'layer':
      return { kind: 'layer', id: message.id, layer: known(message.room).refined ?? null }
    case 'once': {
      const coloring = await openPage(message.line)
      if (message.hints) coloring.setPicture(await decodeHints(message.hints))
      const layer = message.stage === 'draft' ? await coloring.draft() : await coloring.refine()
      return { kind: 'once', id: message.id, layer }
    }
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

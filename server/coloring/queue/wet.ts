/**
 * What a server has of a room and the log has not: strokes under pens, and those let in that are on no disk yet. Whoever colors the
 * room elsewhere reads this first and the log after it, so that no stroke is in neither; one that is in both counts once, by its id.
 */
import type { Covers } from '../../../shared/protocol.ts'
import { packStroke, parseStroke, type Stroke } from '../../../shared/strokes.ts'

export type Wet = {
  /** In painting order, on top of the log's. */
  strokes: readonly Stroke[]
  /** What a picture of the log and these shows besides the log's clocks. */
  covers: Covers
  /** What was changed otherwise than by strokes on top: resolves when it is in the log. Nothing of this state counts before. */
  settled?: Promise<unknown>
}

export const NOTHING_WET: Wet = { strokes: [], covers: { clock: {}, live: {}, lifted: [] } }

export function encodeWet({ strokes, covers }: Wet): string {
  const packed = strokes.map((stroke) => {
    const { points, ...rest } = packStroke(stroke)
    return { ...rest, points: Buffer.from(points).toString('base64') }
  })
  return JSON.stringify({ strokes: packed, covers })
}

/** What is not a stroke is left out. */
export function decodeWet(text: string): Wet {
  const { strokes, covers } = JSON.parse(text) as { strokes: { points: string }[]; covers: Covers }
  const read = strokes.map((stroke) =>
    parseStroke({ ...stroke, points: new Uint8Array(Buffer.from(stroke.points, 'base64')) }),
  )
  return { strokes: read.filter((stroke) => stroke !== null), covers }
}

/** The log's strokes and those of all servers on top, each once. */
export function withWet(committed: readonly Stroke[], wets: readonly Wet[]): readonly Stroke[] {
  const wet = wets.flatMap(({ strokes }) => strokes)
  if (wet.length === 0) return committed
  const known = new Set(committed.map(({ id }) => id))
  return [...committed, ...wet.filter(({ id }) => !known.has(id) && known.add(id))]
}

/** What a picture of them shows. `clock`: the log's. */
export function coversOf(clock: Covers['clock'], wets: readonly Wet[]): Covers {
  const all: Covers = { clock: { ...clock }, live: {}, lifted: [] }
  for (const { covers } of wets) {
    for (const [client, to] of Object.entries(covers.clock))
      all.clock[client] = Math.max(to, all.clock[client] ?? 0)
    Object.assign(all.live, covers.live)
    all.lifted.push(...covers.lifted)
  }
  return all
}

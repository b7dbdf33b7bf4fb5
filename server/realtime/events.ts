/** The form of the events clients may send. Keys beyond these are dropped. */
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { emojis } from '../../shared/reactions.ts'
import { tools } from '../../shared/strokes.ts'

const coordinate = z.number().min(-limits.coordinate).max(limits.coordinate)
const gone = z.literal(true)
export const cursorSchema = z.union([
  z.object({ gone }),
  z.object({ x: coordinate, y: coordinate, tool: z.string().max(16).optional() }),
])

export const viewSchema = z.object({ visible: z.boolean(), idle: z.boolean().optional() })

const emoji = z.enum(emojis)
export const pingSchema = z.union([
  z.object({ x: coordinate, y: coordinate, emoji: emoji.optional() }),
  z.strictObject({ emoji }),
])

const guest = z.string().min(1).max(limits.idLength)
export const followSchema = z.object({ guest: guest.nullable() })
export const spotlightSchema = z.object({ on: z.boolean() })

/** A page that fills a screen may be far away, or a few of its pixels near. */
const extent = z
  .number()
  .min(1)
  .max(64 * limits.coordinate)
export const sightSchema = z.object({
  x: coordinate,
  y: coordinate,
  width: extent,
  height: extent,
  turn: z
    .number()
    .min(-2 * Math.PI)
    .max(2 * Math.PI),
})

const strokeId = z.string().min(1).max(limits.idLength)
const seq = z.int().min(0)
export const liveSchema = z.union([
  z.object({ stroke: strokeId, seq, end: z.literal(true) }),
  z.object({
    stroke: strokeId,
    seq,
    tool: z.enum(tools),
    color: z.int().min(0).max(0xffffff),
    width: z.int().min(0).max(limits.strokeWidth),
    swatch: strokeId.optional(),
    points: z.instanceof(Uint8Array),
  }),
])

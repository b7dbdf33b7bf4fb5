/** The form of the events clients may send. Keys beyond these are dropped. */
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { tools } from '../../shared/strokes.ts'

const coordinate = z.number().min(-limits.coordinate).max(limits.coordinate)
export const cursorSchema = z.object({ x: coordinate, y: coordinate, tool: z.string().max(16).optional() })

export const viewSchema = z.object({ visible: z.boolean() })

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

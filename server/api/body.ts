/** Answers that are bytes. */
import { z } from 'zod'

/** In a route's schema: a body of that type. */
export const picture = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
})

/** As Fastify sends it, not copied. */
export const buffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

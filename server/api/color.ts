/** `POST /api/color`: one picture without a room. */
import fastifyMultipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { plainLook } from '../../shared/pageSettings.ts'
import { stages, type Stage } from '../../shared/protocol.ts'
import { openBuckets } from '../bucket.ts'
import type { Coloring } from '../coloring/coloring.ts'
import type { Images } from '../images/images.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { BodyBudget } from './bodyBudget.ts'
import { problems } from './problem.ts'
import type { App } from './web.ts'

type Job = { sketch: Uint8Array; hints?: Uint8Array; stage: Stage }

/** Pictures a minute from one address. */
const PICTURES = 60
/** Two pictures and what is around them. */
const BODY_BYTES = 2 * limits.uploadBytes + 64 * 1024

/** @throws Refusal */
async function readJob(request: FastifyRequest): Promise<Job> {
  const job: Partial<Job> = {}
  for await (const part of partsOf(request)) {
    if (part.type === 'file' && (part.fieldname === 'sketch' || part.fieldname === 'hints')) {
      job[part.fieldname] = await part.toBuffer()
    } else if (part.type === 'field' && part.fieldname === 'stage' && stages.includes(part.value as Stage)) {
      job.stage = part.value as Stage
    } else throw new Refusal('bad-request')
  }
  const { sketch, hints, stage = 'refined' } = job
  if (!sketch) throw new Refusal('bad-request')
  return { sketch, stage, ...(hints && { hints }) }
}

async function* partsOf(request: FastifyRequest) {
  try {
    yield* request.parts()
  } catch (error) {
    // The parser throws plain errors at a body that is not what its header says.
    throw error instanceof Error && 'code' in error ? error : new Refusal('bad-request')
  }
}

export async function colorRoutes(
  app: App,
  parts: { images: Images; coloring: Pick<Coloring, 'once'>; budget: BodyBudget },
): Promise<void> {
  const { images, coloring, budget } = parts
  const buckets = openBuckets(PICTURES / 60, PICTURES)

  // Registered here only: no other route takes multipart bodies.
  await app.register(async (scope) => {
    await scope.register(fastifyMultipart, {
      limits: { fileSize: limits.uploadBytes, files: 2, fields: 4, fieldSize: 1024, parts: 6 },
    })
    scope.post(
      '/api/color',
      {
        bodyLimit: BODY_BYTES,
        onRequest: budget.hook(BODY_BYTES),
        schema: {
          summary: 'Color one picture without a room',
          response: {
            200: {
              description: 'Lines on color, the sketch’s own size.',
              content: { 'image/png': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
            },
            ...problems(
              'bad-request',
              'image-too-large',
              'not-an-image',
              'broken-image',
              'too-many-pixels',
              'image-timeout',
              'image-too-complex',
              'too-many-requests',
              'too-busy',
              'coloring-down',
            ),
          },
        },
      },
      async (request, reply) => {
        if (!buckets.of(request.address).take()) throw new Refusal('too-many-requests')
        if (!request.isMultipart()) throw new Refusal('bad-request')
        const job = await readJob(request)
        const line = await images.sketch(job.sketch)
        const hints = job.hints && (await images.hints(job.hints))
        const layer = await coloring.once(line.png, hints, job.stage).catch(() => {
          throw new Refusal('coloring-down')
        })
        const png = await images.composite(line, layer, plainLook)
        return reply.type('image/png').header('cache-control', 'no-store').send(Buffer.from(png))
      },
    )
  })
}

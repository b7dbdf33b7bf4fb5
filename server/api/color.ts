/** `POST /api/color`: one picture without a room. Everything is read in the image process and colored in the colorist. */
import fastifyMultipart from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { plainLook } from '../../shared/pageSettings.ts'
import { LARGEST_PALETTE_BYTES } from '../../shared/paletteFiles/paletteFormats.ts'
import { stages, type Stage } from '../../shared/protocol.ts'
import { openBuckets } from '../bucket.ts'
import type { Coloring } from '../coloring/coloring.ts'
import type { CleanHints, Images } from '../images/images.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { buffer } from './body.ts'
import type { Exports } from '../images/exports.ts'
import { pageFile } from '../images/pageFile.ts'
import { documentOf } from '../../shared/strokes.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { BodyBudget } from './bodyBudget.ts'
import { problems } from './problem.ts'
import type { App } from './web.ts'

const files = ['sketch', 'hints', 'palette'] as const

const kinds = {
  png: 'image/png',
  color: 'image/png',
  flats: 'image/png',
  psd: 'image/vnd.adobe.photoshop',
  ora: 'image/openraster',
} as const
const formats = Object.keys(kinds) as (keyof typeof kinds)[]

type Job = Partial<Record<(typeof files)[number], Uint8Array>> & {
  sketch: Uint8Array
  stage: Stage
  clean: boolean
  format: (typeof formats)[number]
}

type ColoredPage = {
  line: Uint8Array
  layer: RgbPicture
  flats: RgbPicture
  hints: CleanHints | undefined
}

/** Pictures a minute from one address. */
const PICTURES = 60
/** Two large files, a palette, and what is around them. */
const BODY_BYTES = 2 * limits.fileBytes + LARGEST_PALETTE_BYTES + 64 * 1024

/** The body, as the OpenAPI document describes it: no schema reads a form. */
const file = { type: 'string', format: 'binary' }
export const colorForm = {
  type: 'object',
  properties: {
    sketch: { ...file, description: 'The drawing: PNG, JPEG, WebP, PSD or OpenRaster.' },
    hints: {
      ...file,
      description:
        'A PNG whose opaque pixels are painted, or what was saved from a room (strokes as JSON, a .nurie file); at any size of the same shape.',
    },
    palette: {
      ...file,
      description: 'GPL, ASE or JSON: the only colors, but for white, of what nobody hinted.',
    },
    stage: { type: 'string', enum: [...stages], default: 'refined' },
    format: {
      type: 'string',
      enum: [...formats],
      default: 'png',
      description:
        '`png`: lines on color; `color`: the color layer alone; `flats`: one color a region, hard edges; `psd`, `ora`: in layers.',
    },
    clean: { type: 'boolean', default: false, description: 'Make line art of a photo or scan first.' },
  },
  required: ['sketch'],
}

/** @throws Refusal */
async function readJob(request: FastifyRequest): Promise<Job> {
  const job: Partial<Job> = {}
  for await (const part of partsOf(request)) {
    const name = part.fieldname
    if (part.type === 'file' && isOneOf(files, name)) job[name] = await part.toBuffer()
    else if (part.type === 'field' && name === 'stage' && isOneOf(stages, part.value)) job.stage = part.value
    else if (part.type === 'field' && name === 'format' && isOneOf(formats, part.value))
      job.format = part.value
    else if (part.type === 'field' && name === 'clean' && isOneOf(['true', 'false'], part.value))
      job.clean = part.value === 'true'
    else throw new Refusal('bad-request')
  }
  const { sketch, stage = 'refined', format = 'png', clean = false } = job
  if (!sketch) throw new Refusal('bad-request')
  return { ...job, sketch, stage, format, clean }
}

const isOneOf = <Value>(values: readonly Value[], value: unknown): value is Value =>
  values.includes(value as Value)

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
  parts: {
    images: Images
    exports: Pick<Exports, 'make'>
    coloring: Pick<Coloring, 'once'>
    budget: BodyBudget
  },
): Promise<void> {
  const { images, coloring, budget } = parts
  const buckets = openBuckets(PICTURES / 60, PICTURES)

  /** Bytes, or a stream of so many. */
  function fileOf(format: Job['format'], { line, layer, flats, hints }: ColoredPage) {
    const strokes = hints && 'document' in hints ? hints : undefined
    const look = strokes?.look ?? plainLook
    return pageFile(parts, format, {
      line,
      look,
      layer,
      flats,
      hints: hints ?? { document: documentOf([]), guests: [] },
    })
  }

  // Registered here only: no other route takes multipart bodies.
  await app.register(async (scope) => {
    await scope.register(fastifyMultipart, {
      limits: { fileSize: limits.fileBytes, files: files.length, fields: 4, fieldSize: 1024, parts: 8 },
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
              description: 'The picture, at the sketch’s own size.',
              content: Object.fromEntries(
                [...new Set(Object.values(kinds))].map((type) => [
                  type,
                  { schema: z.any().meta({ type: 'string', format: 'binary' }) },
                ]),
              ),
            },
            ...problems(
              'bad-request',
              'image-too-large',
              'file-too-large',
              'not-an-image',
              'broken-image',
              'too-many-pixels',
              'image-timeout',
              'image-too-complex',
              'psd-kind',
              'too-many-layers',
              'newer-nurie',
              'broken-nurie',
              'nurie-beyond-limits',
              'no-lines',
              'too-dark',
              'not-a-palette',
              'broken-palette',
              'empty-palette',
              'palette-too-large',
              'broken-hints',
              'newer-hints',
              'hints-beyond-limits',
              'hints-other-shape',
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
        const line = await images.sketch(job.sketch, job.clean)
        const hints = job.hints && (await images.hints(job.hints, { width: line.width, height: line.height }))
        const palette = job.palette && (await images.palette(job.palette))
        const { stage } = job
        const how = { stage, ...(hints && { hints }), ...(palette && { palette }) }
        const { flats, ...layer } = await coloring.once(line.png, how).catch(() => {
          throw new Refusal('coloring-down')
        })
        const made = await fileOf(job.format, { line: line.png, layer, flats, hints })
        void reply.type(kinds[job.format]).header('cache-control', 'no-store')
        if (made instanceof Uint8Array) return reply.send(buffer(made))
        return reply.header('content-length', made.bytes).send(made.stream)
      },
    )
  })
}

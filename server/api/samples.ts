/**
 * The bundled drawings: their list, their pictures, and how each looks colored before anybody painted on it (made once with
 * `npm run color`, 480 pixels long).
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { problems } from './problem.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { App } from './web.ts'

const listSchema = z.array(
  z.object({
    name: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string(),
    artist: z.string(),
    licence: z.string(),
    file: z.string().regex(/^[a-z0-9-]+\.png$/),
  }),
)

const sampleSchema = z.object({
  name: z.string(),
  title: z.string(),
  width: z.int(),
  height: z.int(),
  artist: z.string(),
  licence: z.string(),
  thumbnail: z.string().meta({ description: 'Address of its picture.' }),
  colored: z.string().meta({ description: 'Address of a small picture of it, colored.' }),
})

type Sample = z.infer<typeof sampleSchema> & { png: Buffer; webp: Buffer }

export type Samples = {
  find(name: string): Sample | undefined
  list(): Sample[]
}

/** Reads `samples.json` and the PNGs beside it. */
export async function readSamples(folder: string): Promise<Samples> {
  const list = listSchema.parse(JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8')))
  const samples = await Promise.all(
    list.map(async ({ file, ...sample }) => {
      const png = await readFile(join(folder, file))
      const webp = await readFile(join(folder, file.replace(/png$/, 'webp')))
      // Width and height stand at the same place of every PNG (IHDR).
      const size = { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
      const [thumbnail, colored] = [`/samples/${sample.name}.png`, `/samples/${sample.name}.webp`]
      return { ...sample, ...size, thumbnail, colored, png, webp }
    }),
  )
  const byName = new Map(samples.map((sample) => [sample.name, sample]))
  return { find: (name) => byName.get(name), list: () => samples }
}

export function sampleRoutes(app: App, samples: Samples): void {
  app.get(
    '/api/samples',
    { schema: { summary: 'The bundled drawings', response: { 200: z.array(sampleSchema) } } },
    (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=300')
      return samples.list().map(({ png: _png, webp: _webp, ...sample }) => sample)
    },
  )
  app.get(
    '/samples/:file',
    {
      schema: {
        summary: 'The picture of a bundled drawing, or with the ending webp how it looks colored',
        params: z.object({ file: z.string() }),
        response: {
          200: {
            description: 'The drawing.',
            content: {
              'image/png': { schema: z.any().meta({ type: 'string', format: 'binary' }) },
              'image/webp': { schema: z.any().meta({ type: 'string', format: 'binary' }) },
            },
          },
          ...problems('not-found'),
        },
      },
    },
    async (request, reply) => {
      const [name = '', ending] = request.params.file.split('.')
      const sample = samples.find(name)
      if (!sample || (ending !== 'png' && ending !== 'webp')) throw new Refusal('not-found')
      return reply
        .type(`image/${ending}`)
        .header('cache-control', 'public, max-age=86400')
        .send(sample[ending])
    },
  )
}

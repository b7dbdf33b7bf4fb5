/** `POST /api/rooms`: a new room from an uploaded drawing, a bundled sample, or a .nurie file: then with everything of the room it was. */
import { z } from 'zod'
import { openBuckets } from '../bucket.ts'
import { fileKindOf } from '../../shared/fileKind.ts'
import { limits } from '../../shared/limits.ts'
import type { Config } from '../config.ts'
import type { Images } from '../images/images.ts'
import { Refusal } from '../../shared/refusal.ts'
import { sameSecret } from '../rooms/access.ts'
import type { NewPage, Rooms } from '../rooms/rooms.ts'
import { problems } from './problem.ts'
import type { BodyBudget } from './bodyBudget.ts'
import type { Samples } from './samples.ts'
import type { App } from './web.ts'

const roomSchema = z.object({
  room: z.string(),
  width: z.int(),
  height: z.int(),
  keys: z.object({ host: z.string(), edit: z.string(), view: z.string() }),
})

const sampleBody = z.object({ sample: z.string().max(64) })

/** Uploads a minute from one address, whether they can be taken or not. */
const ATTEMPTS = 60
/** Wrong keys a minute from one address. */
const GUESSES = 20

export function roomRoutes(
  app: App,
  parts: {
    config: Pick<Config, 'createKey' | 'limits'>
    rooms: Rooms
    images: Pick<Images, 'lineArt' | 'importedRoom'>
    /** Of what a room's log may hold. */
    logBytes: number
    samples: Samples
    budget: BodyBudget
  },
): void {
  const { config, rooms, images, samples, budget, logBytes } = parts
  const { strokes, points, roomBytes, roomsPerHour: perHour } = config.limits
  const bounds = { strokes, points, roomBytes, logBytes }
  const buckets = openBuckets(perHour / 3600, perHour)
  const guesses = openBuckets(GUESSES / 60, GUESSES)
  const attempts = openBuckets(ATTEMPTS / 60, ATTEMPTS)

  async function pageOf(body: unknown, clean: boolean): Promise<NewPage> {
    if (Buffer.isBuffer(body)) {
      const isRoom = fileKindOf(body) === 'nurie'
      if (isRoom && body.length > limits.fileBytes) throw new Refusal('file-too-large')
      return isRoom
        ? images.importedRoom(body, bounds)
        : { title: '', ...(await images.lineArt(body, clean)) }
    }
    if (body === undefined || body === null) throw new Refusal('not-an-image')
    const asked = sampleBody.safeParse(body)
    if (!asked.success) throw new Refusal('bad-request')
    const sample = samples.find(asked.data.sample)
    if (!sample) throw new Refusal('sample-not-found')
    return { title: sample.title, ...(await images.lineArt(sample.png)) }
  }

  app.post(
    '/api/rooms',
    {
      schema: {
        summary: 'Create a room from a drawing, or anew from a .nurie file',
        description:
          'With `clean=true` the line art is made of whatever drawing comes: a photo or scan is cleaned, of a colored picture the lines are taken, white lines on black are turned around; a picture without lines is refused.',
        querystring: z.object({ clean: z.stringbool().default(false) }),
        response: {
          201: roomSchema,
          ...problems(
            'bad-request',
            'create-key',
            'sample-not-found',
            'image-too-large',
            'file-too-large',
            'not-an-image',
            'broken-image',
            'too-many-pixels',
            'image-timeout',
            'no-lines',
            'too-dark',
            'too-many-rooms',
            'image-too-complex',
            'psd-kind',
            'too-many-layers',
            'newer-nurie',
            'broken-nurie',
            'nurie-beyond-limits',
            'disk-full',
            'not-saved',
            'too-many-requests',
            'too-busy',
          ),
        },
      },
      // Before the body is read: who may not create need not upload.
      onRequest: [
        (request, _reply, done) => {
          if (config.createKey === undefined) return done()
          const key = request.headers['x-nurie-create-key']
          const bucket = guesses.of(request.address)
          if (bucket.isEmpty()) return done(new Refusal('too-many-requests'))
          if (typeof key === 'string' && sameSecret(key, config.createKey)) return done()
          bucket.take()
          done(new Refusal('create-key'))
        },
        budget.hook(),
      ],
    },
    async (request, reply) => {
      if (!attempts.of(request.address).take()) throw new Refusal('too-many-requests')
      const bucket = buckets.of(request.address)
      if (!bucket.take()) throw new Refusal('too-many-rooms')
      try {
        const page = await pageOf(request.body, request.query.clean)
        const { width, height } = page
        const { id, keys } = await rooms.create(page)
        // Opened at once: its first coloring, without hints, is under way when the first guest comes.
        const hold = await rooms.hold(id)
        hold?.release()
        return await reply
          .code(201)
          .header('cache-control', 'no-store')
          .send({ room: id, width, height, keys })
      } catch (error) {
        bucket.giveBack()
        throw error
      }
    },
  )
}

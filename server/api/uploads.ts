/**
 * Bodies that are pictures. A picture is read into one buffer, never more than the limit; what it holds is for the image
 * process to find out. Zod does not describe bytes, so the OpenAPI document gets these bodies here.
 */
import { limits } from '../../shared/limits.ts'
import { colorForm } from './color.ts'
import type { App } from './web.ts'

const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'] as const

/** Lets routes take picture bytes as `request.body`, a Buffer. */
export function acceptPictures(app: App): void {
  app.addContentTypeParser(
    [...pictureTypes],
    { parseAs: 'buffer', bodyLimit: limits.uploadBytes },
    (_request, body, done) => done(null, body),
  )
}

const bytes = { type: 'string', format: 'binary' }

const bodies: Record<string, object> = {
  '/api/rooms': {
    ...Object.fromEntries(pictureTypes.map((type) => [type, { schema: bytes }])),
    'application/json': {
      schema: { type: 'object', properties: { sample: { type: 'string' } }, required: ['sample'] },
    },
  },
  '/api/color': {
    'multipart/form-data': { schema: colorForm },
  },
}

/** The document with the bodies of the routes above. */
export function withUploads<Document extends object>(document: Document): Document {
  const paths = (document as { paths?: Record<string, { post?: object } | undefined> }).paths ?? {}
  for (const [path, content] of Object.entries(bodies)) {
    const post = paths[path]?.post
    if (post) Object.assign(post, { requestBody: { required: true, content } })
  }
  return document
}

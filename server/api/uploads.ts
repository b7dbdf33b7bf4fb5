/**
 * Bodies that are pictures or files with layers or a whole room. Each is read into one buffer, never more than the limit; what it holds is for the image
 * process to find out. Zod does not describe bytes, so the OpenAPI document gets these bodies here.
 */
import { colorForm } from './color.ts'
import { fileTypes, mostBytes, pictureTypes } from './bodyTypes.ts'
import type { App } from './web.ts'

/** Lets routes take their bytes as `request.body`, a Buffer. */
export function acceptPictures(app: App): void {
  for (const type of [...pictureTypes, ...fileTypes])
    app.addContentTypeParser(
      type,
      { parseAs: 'buffer', bodyLimit: mostBytes(type) },
      (_request, body, done) => done(null, body),
    )
}

const bytes = { type: 'string', format: 'binary' }

const bodies: Record<string, object> = {
  '/api/rooms': {
    ...Object.fromEntries([...pictureTypes, ...fileTypes].map((type) => [type, { schema: bytes }])),
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

/**
 * The page itself, as the client's build left it: `index.html` for `/` and every room, its assets for ever. Files that the build
 * compressed go out so to whoever takes them; answers under `/api` are never compressed, for some hold secrets beside words of others.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { App } from './web.ts'

const NOT_BUILT =
  'The page of Nurie is not built here. "npm start" builds and serves it; the interface under /api works.'

export async function pageRoutes(app: App, folder: string): Promise<void> {
  const hidden = { schema: { hide: true } } as const
  if (!existsSync(join(folder, 'index.html'))) {
    for (const path of ['/', '/r/:room']) {
      app.get(path, hidden, (_request, reply) => reply.type('text/plain; charset=utf-8').send(NOT_BUILT))
    }
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    index: false,
    cacheControl: false,
    preCompressed: true,
    setHeaders(reply, path) {
      // Names in assets/ hold a hash of their content.
      const isHashed = path.startsWith(join(folder, 'assets'))
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  for (const path of ['/', '/r/:room']) {
    app.get(path, hidden, (_request, reply) => reply.sendFile('index.html'))
  }
}

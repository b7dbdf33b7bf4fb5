/** About the server itself: what it runs, whether it is alive and ready, and its metrics. */
import { z } from 'zod'
import { PROTOCOL } from '../../shared/protocol.ts'
import type { EngineInfo } from '../coloring/keeper.ts'
import type { Metrics } from '../metrics.ts'
import { Refusal } from '../../shared/refusal.ts'
import { sameSecret } from '../rooms/access.ts'
import type { App } from './web.ts'

const infoSchema = z.object({
  version: z.string(),
  protocol: z.int(),
  engine: z.string(),
  device: z.string(),
  createKey: z.boolean().meta({ description: 'Whether new rooms need a key.' }),
  models: z.array(z.object({ name: z.string(), sha256: z.string() })),
})

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export function infoRoutes(
  app: App,
  parts: {
    version: string
    engine: () => EngineInfo
    /** Whether there is a colorist: told, but without one a server is ready all the same, for painting goes on. */
    isColoring: () => boolean
    storageWorks: () => Promise<boolean>
    isClosing: () => boolean
    metrics: Metrics
    metricsToken: string | undefined
    /** Whether new rooms need a key. */
    createKey: boolean
  },
): void {
  const { version, engine, isColoring, storageWorks, isClosing, metrics, metricsToken } = parts
  app.get(
    '/api/info',
    { schema: { summary: 'What this server runs', response: { 200: infoSchema } } },
    () => ({
      version,
      protocol: PROTOCOL,
      ...engine(),
      createKey: parts.createKey,
    }),
  )

  app.get('/healthz', { schema: { hide: true } }, () => ({ status: 'alive' }))

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const checks = { storage: await storageWorks(), open: !isClosing() }
    const ready = checks.storage && checks.open
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', ...checks, coloring: isColoring() })
  })

  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const [, token] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
    // Behind a proxy on the same machine everybody comes from the loopback address.
    const isLocal = loopback.has(request.ip) && request.headers['x-forwarded-for'] === undefined
    const hasToken = metricsToken !== undefined && token !== undefined && sameSecret(token, metricsToken)
    if (!isLocal && !hasToken) throw new Refusal('not-found')
    return reply.type(metrics.contentType).send(await metrics.text())
  })
}

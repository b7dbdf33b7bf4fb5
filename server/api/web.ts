/**
 * The HTTP server: Fastify, its safety headers, its limits and the OpenAPI document made from the routes' own schemas.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import fastifyHelmet from '@fastify/helmet'
import fastifySwagger from '@fastify/swagger'
import fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify'
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { Addresses } from '../address.ts'
import type { Metrics } from '../metrics.ts'
import { sendProblem } from './problem.ts'
import { answerUnreadable } from './unreadable.ts'
import { withUploads } from './uploads.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom its limits are counted for. */
    readonly address: string
  }
}

export type WebOptions = {
  version: string
  addresses: Addresses
  metrics: Metrics
  /** How long a client may take to send its headers. */
  headersMs?: number
}

const JSON_BYTES = 64 * 1024
const HEADERS_MS = 10_000
const REQUEST_MS = 60_000
/** Node looks this often for requests that take too long; by itself every 30 s. */
const LOOK_MS = 1_000

/** What a page of Nurie, or one that got in by a fault of ours, never needs. */
const POWERS = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((power) => `${power}=()`)
  .join(', ')
/** Pictures and answers: opened on their own they do nothing at all. */
const FILES = /^\/(api|samples)\//
const FILE_POLICY = "default-src 'none'; sandbox"

/** Same-origin WebSockets by name: older Safari does not count them as 'self'. */
function ownSockets(request: IncomingMessage): string {
  const host = request.headers.host ?? ''
  return /^[A-Za-z0-9.:[\]-]+$/.test(host) ? `ws://${host} wss://${host}` : "'self'"
}

export async function openWeb(options: WebOptions): Promise<App> {
  const { version, addresses, metrics, headersMs = HEADERS_MS } = options
  const app: App = fastify({
    // Pictures have a limit of their own (uploads.ts).
    bodyLimit: JSON_BYTES,
    // Never one that a client brings: it is written to the log.
    genReqId: () => randomUUID(),
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: Math.min(LOOK_MS, headersMs) },
    clientErrorHandler: answerUnreadable(metrics),
    // An address that cannot be decoded comes here and nowhere else.
    frameworkErrors(_error, _request, reply) {
      metrics.refused('http', 'bad-request')
      sendProblem(reply, 'bad-request')
    },
  }).withTypeProvider<ZodTypeProvider>()
  app.decorateRequest('address', {
    getter() {
      return addresses.of(this.raw)
    },
  })
  // An expectation nobody knows may be passed over; by itself Node would answer without a word.
  app.server.on('checkExpectation', (...request) => app.server.emit('request', ...request))
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeContentTypeParser('text/plain')

  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        workerSrc: ["'self'", 'blob:'],
        imgSrc: ["'self'", 'blob:', 'data:'],
        connectSrc: ["'self'", ownSockets],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    // Whether there is HTTPS is for the proxy in front to say.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    void reply.header('permissions-policy', POWERS)
    void reply.header('x-request-id', request.id)
    if (FILES.test(request.url)) void reply.header('content-security-policy', FILE_POLICY)
    done()
  })

  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nurie',
        version,
        description: 'Color one line drawing together, live.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => withUploads(jsonSchemaTransformObject(document)),
  })
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger())
  return app
}

/**
 * Every refusal of the HTTP interface, in one form: `application/problem+json` with one of the codes of shared/protocol.ts and
 * a sentence for people. What is not a refusal is logged and told as `internal`, without a word about what it was.
 */
import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { refusals, type RefusalCode } from '../../shared/protocol.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { refusalCodeOf } from '../../shared/refusal.ts'
import { isFileType } from './bodyTypes.ts'
import type { App } from './web.ts'

export const problemSchema = z
  .object({
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(refusals) as [RefusalCode, ...RefusalCode[]]),
    detail: z.string().meta({ description: 'A sentence for people.' }),
  })
  .meta({ id: 'Problem' })

/** The problem answers of a route, for its schema. */
export const problems = (...codes: RefusalCode[]) =>
  Object.fromEntries(
    codes.map((code) => [
      refusals[code][0],
      {
        description: codes.filter((other) => refusals[other][0] === refusals[code][0]).join(', '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  )

/** What Fastify and its plugins refuse by themselves. */
const fastifyCodes: Record<string, RefusalCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'not-an-image',
  FST_ERR_CTP_BODY_TOO_LARGE: 'image-too-large',
  FST_REQ_FILE_TOO_LARGE: 'file-too-large',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'not-an-image',
}

const hasProblem = (error: unknown): error is FastifyError => error instanceof Error && 'code' in error

function codeOf(error: unknown, request: FastifyRequest): RefusalCode {
  const known = refusalCodeOf(error)
  if (known) return known
  if (!hasProblem(error)) return 'internal'
  const code = fastifyCodes[error.code]
  if (code === 'image-too-large' && isFileType(request.headers['content-type'])) return 'file-too-large'
  if (code) return code
  return error.statusCode !== undefined && error.statusCode < 500 ? 'bad-request' : 'internal'
}

/** The field a validation error is about, for developers. */
function hint(error: unknown): string {
  const fault = hasProblem(error) ? error.validation?.[0] : undefined
  return fault ? ` (${fault.instancePath || 'the whole'}: ${fault.message ?? 'is wrong'})` : ''
}

/** A refusal's status and body. */
export function problemOf(code: RefusalCode, more = ''): { status: number; body: Buffer } {
  const [status, sentence] = refusals[code]
  const problem = { title: STATUS_CODES[status] ?? 'Error', status, code, detail: sentence + more }
  return { status, body: Buffer.from(JSON.stringify(problem)) }
}

export function sendProblem(reply: FastifyReply, code: RefusalCode, more = '') {
  const { status, body } = problemOf(code, more)
  if (status === 401) void reply.header('www-authenticate', 'Bearer')
  return reply.code(status).type('application/problem+json').header('cache-control', 'no-store').send(body)
}

export function answerProblems(app: App, log: Log, metrics: Metrics): void {
  app.setErrorHandler((error, request: FastifyRequest, reply) => {
    const code = codeOf(error, request)
    if (code === 'internal')
      log.error({ request: request.id, err: error, route: request.routeOptions.url }, 'a request failed')
    metrics.refused('http', code)
    return sendProblem(reply, code, hint(error))
  })
  app.setNotFoundHandler((_request, reply) => {
    metrics.refused('http', 'not-found')
    return sendProblem(reply, 'not-found')
  })
}

import { request } from 'node:http'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refusals, type RefusalCode } from '../shared/protocol.ts'
import {
  enter,
  post,
  startServer,
  type Problem,
  type TestRoom,
  type TestServer,
} from '../server/app.fixture.ts'
import { campaign, campaignMs } from './campaign.fixture.ts'
import { callsOf, type Call, type Document } from './openapi.fixture.ts'

let server: TestServer
let document: Document
let room: string
let token: string
beforeAll(async () => {
  // Each request comes from an address of its own, or the limits an address has would be all that is tried.
  server = await startServer({ NURIE_TRUSTED_PROXIES: '1' }, { exportWaitMs: 1 })
  document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document
  await begin()
})

/** A room with its host; calls may end it. */
async function begin(): Promise<void> {
  const address = { 'x-forwarded-for': nextAddress() }
  const created = (await (await post(server, '/api/rooms', { sample: 'cats' }, address)).json()) as TestRoom
  room = created.room
  token = (await enter(server, created, 'host')).token
}
afterAll(() => server.end())

type Answer = { status: number; type: string; text: string }
let caller = 0
function nextAddress(): string {
  caller++
  return `10.${(caller >> 16) & 255}.${(caller >> 8) & 255}.${caller & 255}`
}

/** What stands for the room and the token of the day in calls. */
const ROOM = 'the-room'
const TOKEN = 'the-token'

function send({ method, path, headers, body }: Call): Promise<Answer> {
  const sent: [string, string][] = [
    ['host', 'localhost'],
    ...headers.map(([name, value]): [string, string] => [name, value.replace(TOKEN, token)]),
    ['x-forwarded-for', nextAddress()],
    ['content-length', `${body.length}`],
  ]
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.url)
    const call = request({
      port,
      method,
      path: path.replaceAll(ROOM, room),
      headers: sent.flat(),
      agent: false,
      insecureHTTPParser: true,
    })
    call.on('response', (response) => {
      let text = ''
      response.setEncoding('latin1').on('data', (part: string) => (text += part))
      response.once('end', () =>
        resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', text }),
      )
      response.once('error', hungUp)
    })
    // Whose large body nobody wants may be hung up on before the answer was read.
    const hungUp = (error: Error & { code?: string }) => {
      const isUnwanted = body.length > 60_000 && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '')
      if (isUnwanted) resolve({ status: 0, type: '', text: '' })
      else reject(error)
    }
    call.once('error', (error: Error & { code?: string }) => {
      // Before the method was read, as with headers too large, nobody knows that no body is wanted.
      if (method === 'HEAD' && error.code?.startsWith('HPE_')) resolve({ status: 400, type: '', text: '' })
      else hungUp(error)
    })
    call.end(body)
  })
}

/** What the document does not promise, Fastify and Node may still say. */
const ANYWHERE: readonly RefusalCode[] = [
  'bad-request',
  'not-found',
  'not-an-image',
  'image-too-large',
  'headers-too-large',
]

it(
  'Z3 HTTP: every operation of the document and around it answers as described, never with a fault',
  async () => {
    const reached = new Set<string>()
    await campaign(150, callsOf(document, ROOM, TOKEN), async (call) => {
      const { status, type, text } = await send(call)
      if (status === 0) return
      if (status === 204 && call.method === 'DELETE') await begin()
      if (status < 400) {
        const described = call.operation?.responses[status]?.content
        if (call.operation) {
          reached.add(`${call.method} ${status}`)
          expect(described ? Object.keys(described) : [''], call.path).toContain(type.split(';')[0])
        }
        return
      }
      if (call.method === 'HEAD') return
      expect(type, `${status} ${text}`).toBe('application/problem+json')
      const problem = JSON.parse(text) as Problem
      const [due] = refusals[problem.code as RefusalCode]
      expect([problem.status, due]).toEqual([status, status])
      expect(problem.code, `${call.method} ${call.path}`).not.toBe('internal')
      expect([501, 503].includes(status) || status < 500, problem.code).toBe(true)
      if (call.operation && !ANYWHERE.includes(problem.code as RefusalCode)) {
        expect(Object.keys(call.operation.responses), `${call.path} ${problem.code}`).toContain(`${status}`)
      }
    })
    expect([...reached]).toEqual(expect.arrayContaining(['GET 200', 'POST 201']))
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  },
  campaignMs,
)

it(
  'Z3 HTTP: bytes that are no request are answered with a problem or hung up on',
  async () => {
    const line = fc.constantFrom(
      'GET / HTTP/1.1',
      'GET /api/info HTTP/1.0',
      'POST /api/rooms HTTP/1.1',
      'Host: x',
      'Host: y',
      'Content-Length: 5',
      'Content-Length: -1',
      'Content-Length: 99999999999999999999',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: x',
      'Content-Type: application/json',
      'Connection: close',
      'Expect: 100-continue',
      ' folded',
      '',
      'ffffffffffffffff',
    )
    const bytes = fc.oneof(
      fc
        .array(fc.oneof(line, fc.string({ maxLength: 20 })), { maxLength: 8 })
        .map((lines) => lines.join('\r\n')),
      fc.string({ maxLength: 60 }),
    )
    await campaign(80, bytes, async (text) => {
      const { port } = new URL(server.url)
      const socket = connect(Number(port), 'localhost')
      let heard = ''
      socket.setEncoding('latin1').on('data', (part: string) => (heard += part))
      socket.on('error', () => {})
      socket.end(`${text}\r\n\r\n`)
      await new Promise((resolve) => socket.once('close', resolve))
      for (const [, status] of heard.matchAll(/^HTTP\/1\.1 (\d+)/gm)) expect(Number(status)).toBeLessThan(500)
    })
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  },
  campaignMs,
)

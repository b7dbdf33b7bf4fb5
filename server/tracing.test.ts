import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { connectSocket, connectYjs, createRoom, enter } from './app.fixture.ts'
import { roomLabel } from './log.ts'
import { startProcess } from './process.fixture.ts'
import { begin, here, told, under, within } from './tracing.ts'

type Value = { stringValue?: string; intValue?: number; doubleValue?: number }
type Span = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: { key: string; value: Value }[]
}
type Sent = { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }

/** What a collector would get. */
async function openReceiver() {
  const spans: Span[] = []
  let bodies = ''
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      bodies += body
      const { resourceSpans } = JSON.parse(body) as Sent
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () => new Promise((resolve) => server.close(resolve))
  return { url: `http://127.0.0.1:${port}/v1/traces`, spans, bodies: () => bodies, close }
}

const attribute = ({ attributes }: Span, key: string) =>
  Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0]

it('Q55 a stroke is one trace: judged, durable, relayed, waiting, drafted, encoded and sent, then refined; without ids or names', async () => {
  const receiver = await openReceiver()
  const data = await mkdtemp(join(tmpdir(), 'nurie-'))
  const server = await startProcess({ NURIE_DATA: data, NURIE_LOG: 'silent', NURIE_TRACES: receiver.url })
  const room = await createRoom(server)
  const ann = await enter(server, room, 'edit', { name: 'Annabella' })
  const [socket, yjs] = [connectSocket(server, ann), connectYjs(server, ann)]
  await Promise.all([socket.until('welcome'), yjs.synced()])
  yjs.paint('one', ann.guest.id)
  const drawn = ({ covers, stage }: { covers: { clock: Record<string, number> }; stage: string }) =>
    stage === 'refined' && (covers.clock[yjs.doc.clientID] ?? 0) > 0
  await socket.until('frame', drawn)
  socket.close()
  yjs.close()
  expect(await server.end()).toBe(0)
  await rm(data, { recursive: true, force: true })

  const refine = receiver.spans.filter(({ name }) => name === 'refine').at(-1)!
  const spans = receiver.spans.filter(({ traceId }) => traceId === refine.traceId)
  const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name
  const tree = new Set(spans.map(({ name, parentSpanId }) => `${nameOf(parentSpanId) ?? ''} > ${name}`))
  expect([...tree].sort()).toEqual([
    ' > stroke',
    'draft > encode',
    'draft > send',
    'refine > encode',
    'refine > send',
    'stroke > gate',
    'stroke > journal',
    'stroke > relay',
    'stroke > touch',
    'touch > draft',
    'touch > queue',
    'touch > refine',
  ])
  for (const span of spans)
    expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano))
  const one = (name: string) => spans.find((span) => span.name === name)!
  expect(attribute(one('stroke'), 'room')).toBe(roomLabel(room.room))
  expect(attribute(one('touch'), 'revision')).toBe(attribute(one('draft'), 'revision'))
  expect(attribute(one('draft'), 'networkMs')).toBeGreaterThan(0)
  for (const hidden of [room.room, ann.guest.id, 'Annabella', ann.token.split('.')[2]!])
    expect(receiver.bodies()).not.toContain(hidden)
  await receiver.close()
})

it('Q55 without a collector in the settings nothing is traced: the calls cost next to nothing', () => {
  const rounds = 200_000
  const began = performance.now()
  for (let i = 0; i < rounds; i++) {
    within(
      'stroke',
      () => ({ room: roomLabel('never called') }),
      () => begin('journal')(),
    )
    under(undefined, () => told('touch', undefined, { since: 0 }))
  }
  const microseconds = (1000 * (performance.now() - began)) / rounds
  expect(here()).toBeUndefined()
  expect(microseconds).toBeLessThan(5)
})

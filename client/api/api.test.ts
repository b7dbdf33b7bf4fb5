import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { refusals } from '../../shared/protocol.ts'
import { callRoom, createRoom, listSamples, openSession } from './api.ts'

let server: Server | undefined
afterEach(() => void server?.close())

/** A server that gives every request the same answer; resolves to its address. */
function answering(
  status: number,
  body: string,
  asked: (headers: unknown) => void = () => undefined,
): Promise<string> {
  server = createServer((request, response) => {
    asked(request.headers)
    response.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' }).end(body)
  })
  return new Promise((resolve) => {
    server?.listen(0, () => resolve(`http://localhost:${(server?.address() as AddressInfo).port}`))
  })
}

test("a refusal carries the server's code and sentence", async () => {
  const origin = await answering(404, JSON.stringify({ code: 'room-not-found', detail: 'No such room.' }))
  await expect(openSession('r', { key: 'k' }, origin)).rejects.toMatchObject({
    code: 'room-not-found',
    message: 'No such room.',
  })
})

test('the role told beside a new guest is part of the guest', async () => {
  const session = { token: 't', role: 'view', guest: { id: 'g', name: 'Ann', color: '#123456' }, page: {} }
  const origin = await answering(201, JSON.stringify(session))
  expect((await openSession('r', { key: 'k' }, origin)).guest.role).toBe('view')
})

test('an answer that explains nothing still becomes a sentence', async () => {
  const origin = await answering(502, '<html>')
  await expect(listSamples(origin)).rejects.toMatchObject({ code: 'internal', message: refusals.internal[1] })
})

test('a refusal whose code this page does not know is told in the words of the server', async () => {
  const origin = await answering(409, JSON.stringify({ code: 'too-blue', detail: 'The page is too blue.' }))
  await expect(listSamples(origin)).rejects.toMatchObject({
    code: 'unknown',
    message: 'The page is too blue.',
  })
})

test('a server out of reach is told apart from a refusal', async () => {
  await expect(listSamples('http://localhost:1')).rejects.toMatchObject({ code: 'network' })
})

test("A19 a server's key for new rooms goes with the drawing; one that no header takes is wrong without being sent", async () => {
  let headers: unknown
  const origin = await answering(201, '{}', (asked) => (headers = asked))
  await createRoom({ sample: 'cats' }, 'the key', origin)
  expect(headers).toMatchObject({ 'x-nurie-create-key': 'the key', 'content-type': 'application/json' })
  headers = undefined
  await expect(createRoom({ sample: 'cats' }, 'ключ', origin)).rejects.toMatchObject({ code: 'create-key' })
  expect(headers).toBeUndefined()
})

test('files of a room are asked for with the token', async () => {
  let headers: unknown
  const origin = await answering(200, 'png', (asked) => (headers = asked))
  expect(await (await callRoom('r', 'tok', 'line.png', {}, origin)).text()).toBe('png')
  expect(headers).toMatchObject({ authorization: 'Bearer tok' })
})

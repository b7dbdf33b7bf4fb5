import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  connectRaw,
  connectYjs,
  createRoom,
  enter,
  startServer,
  strokeOf,
  type TestRoom,
  type TestServer,
} from '../server/app.fixture.ts'
import { campaign, campaignMs, corpus, mutated } from './campaign.fixture.ts'
import { syncMessage } from '../server/realtime/yjsConnection.ts'

let server: TestServer
let room: TestRoom
beforeAll(async () => {
  const much = '1000000'
  server = await startServer({
    NURIE_LIMIT_CONNECTS: much,
    NURIE_LIMIT_MESSAGES: much,
    NURIE_LIMIT_COMMITS: much,
  })
  room = await createRoom(server)
})
afterAll(() => server.end())

/** Says these messages on a connection of its own, and waits until all were heard: for an answer to a question, or the end. */
async function say(token: string, messages: readonly (Uint8Array | string)[]): Promise<number> {
  const { socket, opened, closed } = connectRaw(`${server.url}/yjs/${room.room}`, ['nurie', token])
  await opened
  for (const message of messages) socket.send(message)
  const answered = new Promise<number>((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data[0] === 1) resolve(0)
    })
  })
  // Asks who is there: the answer comes after everything before was heard.
  socket.send(Uint8Array.of(3))
  const code = await Promise.race([answered, closed])
  socket.terminate()
  return code
}

/** Somebody else in the room goes on painting, and whoever comes sees it. */
async function goesOn(mark: string): Promise<void> {
  const bob = await enter(server, room)
  const [painter, comer] = [connectYjs(server, bob), connectYjs(server, bob)]
  await Promise.all([painter.synced(), comer.synced()])
  painter.paint(mark, bob.guest.id)
  await comer.until(() => comer.ids().includes(mark))
  expect([comer.doc.store.pendingStructs, comer.doc.store.pendingDs]).toEqual([null, null])
  expect(
    [...comer.doc.share.keys()].filter((name) => !['strokes', 'page', 'palette'].includes(name)),
  ).toEqual([])
  painter.close()
  comer.close()
}

it('Z4 the Yjs channel: every case of the corpus, also the gate’s', async () => {
  const { token } = await enter(server, room)
  for (const { bytes } of corpus('yjs')) await say(token, [bytes])
  for (const { bytes } of corpus('gate'))
    for (const step of [1, 2]) await say(token, [syncMessage(step, bytes)])
  await goesOn('after the corpus')
})

it(
  'Z4 the Yjs channel: whatever frames come, the sender is answered or closed with a code, and the room goes on',
  async () => {
    const { token, guest } = await enter(server, room)
    const doc = new Y.Doc()
    doc.getArray('strokes').push([strokeOf('a', guest.id), strokeOf('b', guest.id)])
    doc.getMap('page').set('title', 'x')
    const update = Y.encodeStateAsUpdate(doc)
    const sound = [
      syncMessage(0, Y.encodeStateVector(doc)),
      syncMessage(1, update),
      syncMessage(2, update),
      Uint8Array.of(1, 1, 0),
      Uint8Array.of(3),
      Uint8Array.of(2, 0, 1, 65),
    ]
    const message = fc.oneof(
      { weight: 5, arbitrary: mutated(sound) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    )
    const codes = new Set<number>()
    await campaign(150, fc.array(message, { minLength: 1, maxLength: 4 }), async (messages) => {
      const code = await say(token, messages)
      expect(code === 0 || (code >= 4400 && code < 4600), `closed with ${code}`).toBe(true)
      codes.add(code)
    })
    expect(codes.size).toBeGreaterThan(1)
    await goesOn('after the frames')
  },
  campaignMs,
)

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  connectSocket,
  createRoom,
  enter,
  get,
  startServer,
  type Problem,
  type TestServer,
} from '../app.fixture.ts'
import { frameHeader } from '../../shared/frameHeader.fixture.ts'
import type { Stage } from '../../shared/protocol.ts'
import type { Frame } from '../rooms/frameShelf.ts'
import { latestFrames } from './frames.ts'

const frame = (revision: number, stage: Stage): Frame => ({
  header: frameHeader(revision, stage),
  bytes: Uint8Array.of(revision),
})

/** A patch that is laid over another frame. */
const patch = (revision: number, stage: Stage, after: Frame): Frame => {
  const { header, bytes } = frame(revision, stage)
  return { header: { ...header, patch: { x: 0, y: 0, width: 1, height: 1 } }, bytes, after: after.header }
}

function slow(takesPatches = true) {
  const sent: string[] = []
  let free = false
  const asked: (() => void)[] = []
  const frames = latestFrames({
    isFree: () => free,
    send({ header }) {
      sent.push(`${header.stage} ${header.revision}${header.patch ? ' patch' : ''}`)
      free = false
    },
    takesPatches,
    askWhole: () => new Promise<void>((resolve) => asked.push(resolve)),
  })
  return {
    sent,
    frames,
    /** One for each whole frame that was asked for: called, it tells that it came. */
    asked,
    drain() {
      free = true
      frames.pump()
    },
  }
}

describe('latest frames', () => {
  it('F3 a slow socket gets the newest of each stage only', () => {
    const { frames, drain, sent } = slow()
    for (let revision = 1; revision <= 50; revision++) {
      frames.offer(frame(revision, 'draft'))
      if (revision % 10 === 0) frames.offer(frame(revision, 'refined'))
    }
    for (let i = 0; i < 5; i++) drain()
    expect(sent).toEqual(['refined 50'])
  })

  it('F2 an older refined frame goes before a newer draft, and never after it', () => {
    const { frames, drain, sent } = slow()
    frames.offer(frame(9, 'refined'))
    frames.offer(frame(10, 'draft'))
    drain()
    drain()
    frames.offer(frame(9, 'draft'))
    frames.offer(frame(10, 'refined'))
    drain()
    drain()
    frames.offer(frame(10, 'draft'))
    drain()
    expect(sent).toEqual(['refined 9', 'draft 10', 'refined 10'])
  })
})

describe('latest frames, patches', () => {
  it('F7 a patch goes to whoever was sent the frame before it', () => {
    const { frames, drain, sent, asked } = slow()
    const first = frame(1, 'refined')
    const second = patch(2, 'draft', first)
    frames.offer(first)
    drain()
    drain()
    frames.offer(second)
    drain()
    frames.offer(patch(2, 'refined', second))
    expect([sent, asked.length]).toEqual([['refined 1', 'draft 2 patch', 'refined 2 patch'], 0])
  })

  it('F7 whoever missed one, or takes none, gets the newest frame as a whole once it can take it, and goes on from there', async () => {
    for (const takesPatches of [true, false]) {
      const { frames, drain, sent, asked } = slow(takesPatches)
      const first = frame(1, 'refined')
      const second = patch(2, 'draft', first)
      const third = patch(2, 'refined', second)
      frames.offer(first)
      drain()
      // It cannot take anything now.
      frames.offer(second)
      frames.offer(third)
      expect(asked).toHaveLength(0)
      drain()
      expect(asked).toHaveLength(takesPatches ? 0 : 1)
      drain()
      expect(asked).toHaveLength(1)
      const whole = frame(2, 'refined')
      frames.offer(whole)
      asked[0]!()
      await Promise.resolve()
      frames.offer(patch(3, 'draft', whole))
      drain()
      const wanted = ['refined 1', 'draft 2 patch', 'refined 2', 'draft 3 patch']
      expect(sent).toEqual(takesPatches ? wanted : wanted.filter((each) => !each.includes('patch')))
    }
  })

  it('F7 a whole frame that cannot come is not asked for in circles', async () => {
    const { frames, drain, sent, asked } = slow()
    frames.offer(patch(2, 'draft', frame(1, 'refined')))
    drain()
    asked[0]!()
    await Promise.resolve()
    drain()
    expect([sent, asked.length]).toEqual([[], 1])
  })
})

describe('frames of a room', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.end())

  it('F4 are served by stage or newest; before the first: 404 no-frame', async () => {
    const room = await createRoom(server)
    const ann = await enter(server, room, 'view')
    const none = await get(server, ann, 'frame')
    expect(none.status).toBe(404)
    expect(((await none.json()) as Problem).code).toBe('no-frame')
    server.coloring.frame(room.room, 1, 'refined', Uint8Array.of(7))
    server.coloring.frame(room.room, 2, 'draft', Uint8Array.of(8))
    const read = async (query: string) => {
      const answer = await get(server, ann, `frame${query}`)
      return [
        answer.headers.get('content-type'),
        answer.headers.get('x-nurie-stage'),
        answer.headers.get('x-nurie-revision'),
        ...new Uint8Array(await answer.arrayBuffer()),
      ]
    }
    expect(await read('')).toEqual(['image/webp', 'draft', '2', 8])
    expect(await read('?stage=refined')).toEqual(['image/webp', 'refined', '1', 7])
    server.coloring.frame(room.room, 2, 'refined', Uint8Array.of(9))
    expect(await read('')).toEqual(['image/webp', 'refined', '2', 9])
    expect((await get(server, ann, 'frame?stage=final')).status).toBe(400)
  })

  it('F3 a paused client skips to the newest refined frame', async () => {
    const room = await createRoom(server)
    const client = connectSocket(server, await enter(server, room, 'view'))
    await client.until('welcome')
    // The network connection below engine.io's WebSocket.
    const { ws } = (
      client.socket.io.engine as unknown as {
        transport: { ws: { _socket: { pause(): void; resume(): void } } }
      }
    ).transport
    ws._socket.pause()
    const big = new Uint8Array(256 * 1024)
    for (let revision = 1; revision <= 200; revision++) {
      server.coloring.frame(room.room, revision, 'draft', big)
      server.coloring.frame(room.room, revision, 'refined', big)
      await new Promise(setImmediate)
    }
    ws._socket.resume()
    await client.until('frame', ({ revision, stage }) => revision === 200 && stage === 'refined')
    const revisions = client.events
      .filter(({ event }) => event === 'frame')
      .map(({ args }) => args[0].revision as number)
    expect(revisions.length).toBeLessThan(150)
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b))
    client.close()
  })
})

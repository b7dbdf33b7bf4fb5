import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket as NodeWebSocket } from 'ws'
import { createRoom, startServer, type TestServer } from '../../server/app.fixture.ts'
import { openTokens } from '../../server/rooms/tokens.ts'
import { openRoom, type RoomConnection } from '../connection.ts'

const secret = 'a secret of this test'
let server: TestServer
let connection: RoomConnection | undefined

beforeEach(async () => {
  server = await startServer({ NURIE_SECRET: secret })
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await connection?.close()
  await server.end()
})

/** From now on the first session is one whose token was made two hours ago. */
function ageFirstSession(): { asked: { previous?: string }[] } {
  const { fetch } = globalThis
  const asked: { previous?: string }[] = []
  const earlier = openTokens(secret, () => new Date(Date.now() - 2 * 3_600_000))
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const answer = await fetch(url, init)
    if (!url.endsWith('/sessions')) return answer
    asked.push(JSON.parse(init.body as string) as { previous?: string })
    if (asked.length > 1) return answer
    const session = (await answer.json()) as { token: string }
    const old = await earlier.issue((await earlier.readExpired(session.token))!)
    return Response.json({ ...session, token: old }, { status: 201 })
  })
  return { asked }
}

test('A8 with a token that has expired a page comes in by itself, as the same guest', async () => {
  const { room, keys } = await createRoom(server)
  const { asked } = ageFirstSession()
  connection = await openRoom({
    origin: server.url,
    room,
    entrance: { key: keys.edit, name: 'Ann' },
    WebSocket: NodeWebSocket as unknown as typeof WebSocket,
  })
  const { token, guest } = connection.session
  const saved = new Promise<void>((resolve) => {
    connection!.on('saving', (state) => state === 'saved' && resolve())
  })
  const line = connection.file('line.png')
  await saved
  expect((await line).size).toBeGreaterThan(0)
  expect(connection.session.guest).toEqual(guest)
  expect(connection.session.token).not.toBe(token)
  expect(asked.slice(1).every(({ previous }) => previous !== undefined)).toBe(true)
  expect(asked[1]!.previous).toBe(token)
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  call,
  codeOf,
  connectRaw,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  get,
  post,
  startServer,
} from './app.fixture.ts'
import { guestLabel, openLog, roomLabel } from './log.ts'
import { startProcess } from './process.fixture.ts'

it('A17 whatever is asked, well or badly, no key and no token is logged, nor a room’s id or a name', async () => {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const secret = 'a secret that signs'
  const settings = {
    NURIE_SECRET: secret,
    NURIE_CREATE_KEY: 'the create key',
    NURIE_METRICS_TOKEN: 'metrics token',
  }
  const server = await startServer(settings, {}, openLog('trace', { write }))
  const created = await post(
    server,
    '/api/rooms',
    { sample: 'cats' },
    { 'x-nurie-create-key': 'the create key' },
  )
  const room = (await created.json()) as Awaited<ReturnType<typeof createRoom>>
  const ann = await enter(server, room, 'edit', { name: 'Annabella' })
  const host = await enter(server, room, 'host', { previous: ann.token })
  const [socket, yjs] = [connectSocket(server, ann), connectYjs(server, ann)]
  await Promise.all([socket.until('welcome'), yjs.synced()])
  yjs.paint('forged', 'somebody else')
  await yjs.closed()
  const raw = connectRaw(`${server.url}/yjs/${room.room}?token=${ann.token}`, ['nurie', ann.token])
  await raw.opened
  raw.socket.send(ann.token)
  await raw.closed
  await get(server, { ...ann, token: `${ann.token}x` }, 'line.png')
  await get(server, ann, `frame?stage=${room.keys.edit}`)
  await post(server, `/api/rooms/${room.room}/sessions`, { key: { key: room.keys.edit } })
  await post(server, `/api/rooms/${room.room}/sessions?key=${room.keys.view}`, { key: 'wrong' })
  const headers = { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' }
  const rotate = { method: 'POST', headers, body: '{"rotate":"edit"}' }
  const renewed = await fetch(`${server.url}/api/rooms/${room.room}/keys`, rotate)
  const { keys } = (await renewed.json()) as { keys: { edit: string } }
  await fetch(`${server.url}/api/rooms/${room.room}`, {
    method: 'DELETE',
    headers: { authorization: headers.authorization },
  })
  socket.close()
  yjs.close()
  await server.end()
  const text = lines.join('')
  expect(text, 'something was logged').toContain('refused')
  const signatures = [ann.token, host.token].map((token) => token.split('.')[2]!)
  const hidden = [
    ...Object.values(room.keys),
    keys.edit,
    ...signatures,
    room.room,
    'Annabella',
    secret,
    'the create key',
    'metrics token',
  ]
  for (const each of hidden) expect(text).not.toContain(each)
})

type Line = Record<string, unknown> & { msg: string }

it('Q54 a whole session of the real program leaves lines that tell whose they are by hashes, and nothing that opens anything', async () => {
  const data = await mkdtemp(join(tmpdir(), 'nurie-'))
  const settings = { NURIE_DATA: data, NURIE_LOG: 'trace', NURIE_CREATE_KEY: 'the create key' }
  const server = await startProcess(settings)
  const headers = { 'x-nurie-create-key': 'the create key' }
  const room = (await (await post(server, '/api/rooms', { sample: 'cats' }, headers)).json()) as Awaited<
    ReturnType<typeof createRoom>
  >
  const ann = await enter(server, room, 'edit', { name: 'Annabella' })
  const host = await enter(server, room, 'host', { name: 'Bartholomew' })
  const [socket, yjs] = [connectSocket(server, ann), connectYjs(server, ann)]
  await Promise.all([socket.until('welcome'), yjs.synced()])
  yjs.paint('first', ann.guest.id)
  await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] > 0)
  const { keys } = (await (await call(server, host, 'POST', 'keys', { rotate: 'view' })).json()) as {
    keys: { view: string }
  }
  expect((await get(server, ann, 'export?format=nurie')).status).toBe(200)
  const refused = await post(server, `/api/rooms/${room.room}/sessions`, { key: 'wrong' })
  expect(refused.status).toBe(404)
  expect(await codeOf(call(server, { ...host, token: `${host.token}x` }, 'DELETE', ''))).toMatch(/^401/)
  yjs.paint('forged', 'somebody else')
  await yjs.closed()
  socket.close()
  yjs.close()
  await expect.poll(() => server.output().split('a connection ended').length).toBe(3)
  expect(await server.end()).toBe(0)
  await rm(data, { recursive: true, force: true })
  const text = server.output()
  const signatures = [ann, host].map(({ token }) => token.split('.')[2]!)
  const ids = [room.room, ann.guest.id, host.guest.id]
  for (const hidden of [...Object.values(room.keys), keys.view, ...signatures, ...ids])
    expect(text).not.toContain(hidden)
  for (const hidden of ['Annabella', 'Bartholomew', 'the create key']) expect(text).not.toContain(hidden)

  const said = text.split('\n').filter((line) => line.startsWith('{'))
  const lines = said.map((line) => JSON.parse(line) as Line)
  const whose = { room: roomLabel(room.room), guest: guestLabel(room.room, ann.guest.id) }
  const ends = lines.filter(({ msg }) => msg === 'a connection ended')
  expect(ends).toHaveLength(2)
  for (const end of ends) {
    expect(end).toMatchObject(whose)
    expect(end.seconds).toBeGreaterThan(0)
    expect(end.sent).toBeGreaterThan(10)
    expect(end.received).toBeGreaterThan(10)
  }
  expect(Object.fromEntries(ends.map(({ channel, why }) => [channel, why]))).toEqual({
    yjs: 'forged-author',
    socket: 'left',
  })
  expect(lines).toContainEqual(
    expect.objectContaining({
      request: refused.headers.get('x-request-id'),
      route: '/api/rooms/:room/sessions',
      room: roomLabel(room.room),
      status: 404,
    }),
  )
})

import { expect, it } from 'vitest'
import {
  connectRaw,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  get,
  post,
  startServer,
} from './app.fixture.ts'
import { openLog } from './log.ts'

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

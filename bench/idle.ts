/**
 * Part of `npm run bench -- --crowd`: 5,000 sockets on which nothing happens, half of them Yjs, half socket.io: what one costs the server, and
 * whether its event loop notices.
 */
import { WebSocket } from 'ws'
import { createRoom } from './guest.ts'
import type { Row } from './report.ts'
import { metricOf, startServer } from './server.ts'

const PEOPLE_A_ROOM = 30
/** Opened at once: a server takes people one after the other too. */
const AT_ONCE = 50

const MEMORY = 'nurie_process_resident_memory_bytes'
const LOOP = 'nurie_nodejs_eventloop_lag_p99_seconds'

export async function benchIdle({ sockets }: { sockets: number }): Promise<Row[]> {
  const rooms = Math.ceil(sockets / 2 / PEOPLE_A_ROOM)
  const many = String(4 * sockets)
  const server = await startServer({
    env: { NURIE_LIMIT_CONNECTIONS: many, NURIE_LIMIT_ROOMS_PER_HOUR: many, NURIE_TRUSTED_PROXIES: '1' },
  })
  const sessions: { room: string; token: string }[] = []
  for (let i = 0; i < rooms; i++) {
    // From addresses of their own, as people have.
    const from = { 'x-forwarded-for': `10.0.${i >> 8}.${i & 255}` }
    const { room, keys } = await createRoom(server.url, 'cats', from)
    for (let person = 0; person < PEOPLE_A_ROOM && sessions.length < sockets / 2; person++)
      sessions.push({ room, token: await tokenOf(server.url, room, keys.edit, from) })
  }
  const rest = () => new Promise((resolve) => setTimeout(resolve, 10_000))
  await rest()
  const before = await metricOf(server.url, MEMORY)
  const open: WebSocket[] = []
  for (let at = 0; at < sessions.length; at += AT_ONCE) {
    const part = sessions.slice(at, at + AT_ONCE)
    open.push(
      ...(await Promise.all(
        part.flatMap((session) => [openYjs(server.url, session), openEvents(server.url, session)]),
      )),
    )
  }
  const count = await metricOf(server.url, 'nurie_connections')
  await rest()
  // First: asking for any metric begins the measuring of the loop anew.
  const lag = await metricOf(server.url, LOOP)
  const grown = (await metricOf(server.url, MEMORY)) - before
  const left = open.filter((socket) => socket.readyState === socket.OPEN).length
  for (const socket of open) socket.terminate()
  await server.stop()
  const name = `${count} idle sockets in ${rooms} rooms`
  return [
    { what: `${name}: server memory a socket`, value: grown / count / 1000, unit: 'kB', target: '<= 100' },
    { what: `${name}: event loop delay p99`, value: 1000 * lag, unit: 'ms', target: '<= 50' },
    { what: `${name}: still there after a rest`, value: left, unit: '' },
  ]
}

async function tokenOf(
  url: string,
  room: string,
  key: string,
  headers: Record<string, string>,
): Promise<string> {
  const answer = await fetch(`${url}/api/rooms/${room}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ key }),
  })
  return ((await answer.json()) as { token: string }).token
}

/** Bare sockets: thousands of whole clients would measure the bench. */
function openYjs(url: string, { room, token }: { room: string; token: string }): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/yjs/${room}`, ['nurie', token])
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      // Sync step 1 of an empty document.
      socket.send(Uint8Array.of(0, 0, 1, 0))
      resolve(socket)
    })
  })
}

function openEvents(url: string, auth: { room: string; token: string }): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.on('message', (data: Buffer, isBinary) => {
      const text = isBinary ? '' : data.toString()
      if (text.startsWith('0')) socket.send(`40${JSON.stringify(auth)}`)
      else if (text === '2') socket.send('3')
      else if (text.includes('"welcome"')) resolve(socket)
    })
  })
}

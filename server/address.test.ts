import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAddresses, type TrustedProxies } from './address.ts'
import {
  connectRaw,
  connectSocket,
  createRoom,
  enter,
  post,
  startServer,
  type TestServer,
} from './app.fixture.ts'

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage
const of = (trusted: TrustedProxies, remote: string | undefined, forwarded?: string) =>
  openAddresses(trusted).of(request(remote, forwarded))

describe('whose request it is', () => {
  it('L1 without a trusted proxy it is the other end of the connection, whatever is forwarded', () => {
    expect(of(0, '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9')
    expect(of([], '::ffff:203.0.113.9', '198.51.100.1')).toBe('203.0.113.9')
    expect(of(0, undefined)).toBe('')
  })

  it('L1 behind so many proxies, or behind those named, it is what the last of them saw', () => {
    expect(of(1, '10.0.0.1', '6.6.6.6, 198.51.100.1')).toBe('198.51.100.1')
    expect(of(2, '10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2')).toBe('198.51.100.1')
    expect(of(['10.0.0.0/8'], '10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2')).toBe('198.51.100.1')
    expect(of(['10.0.0.0/8'], '203.0.113.9', '198.51.100.1'), 'not by way of the proxy').toBe('203.0.113.9')
    expect(of(1, '10.0.0.1', 'unknown'), 'no address').toBe('10.0.0.1')
    expect(of(1, '10.0.0.1')).toBe('10.0.0.1')
  })

  it('L1 an IPv6 address stands for its /64', () => {
    expect(of(0, '2001:db8:1:2:3:4:5:6')).toBe(of(0, '2001:db8:1:2::99'))
    expect(of(0, '2001:db8:1:2::1')).not.toBe(of(0, '2001:db8:1:3::1'))
    expect(of(1, '10.0.0.1', '2001:db8:1:2::1')).toBe('2001:db8:1:2::/64')
  })
})

describe('on every channel', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({
      NURIE_TRUSTED_PROXIES: 'loopback',
      NURIE_LIMIT_ROOMS_PER_HOUR: '1',
      NURIE_LIMIT_CONNECTIONS: '1',
    })
  })
  afterAll(() => server.end())

  it('L1 HTTP, Yjs and socket.io count the same addresses', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const create = async (address: string) =>
      (await post(server, '/api/rooms', { sample: 'cats' }, from(address))).status
    expect([
      await create('198.51.100.1'),
      await create('198.51.100.1'),
      await create('198.51.100.2'),
    ]).toEqual([201, 429, 201])
    expect([await create('2001:db8::1'), await create('2001:db8::2')]).toEqual([201, 429])
    const room = await createRoom(server)
    const ann = await enter(server, room)
    const yjs = (address: string) =>
      connectRaw(`${server.url}/yjs/${room.room}`, ['nurie', ann.token], { headers: from(address) })
    const first = yjs('203.0.113.1')
    await first.messages.until(() => true)
    expect(await yjs('203.0.113.1').closed).toBe(4503)
    const sameByOther = connectSocket(server, ann, { extraHeaders: from('203.0.113.1') })
    expect(await sameByOther.until('connect_error')).toMatchObject({ data: { code: 'too-many-connections' } })
    const other = connectSocket(server, ann, { extraHeaders: from('203.0.113.2') })
    await other.until('welcome')
    first.socket.terminate()
    other.close()
  })
})

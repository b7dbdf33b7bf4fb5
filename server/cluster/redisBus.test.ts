import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openLog } from '../log.ts'
import { busContract } from './busContract.fixture.ts'
import { openRedisBus } from './redisBus.ts'
import { checkRedis } from './redisServer.ts'
import { freePort, startRedis, type Service } from './services.fixture.ts'

let redis: Service
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.end())

const log = openLog('silent')
/** Resolves when Redis has seen everything that was asked of it before: a subscription goes there and back in order. */
async function settled(): Promise<void> {
  const bus = openRedisBus(redis.url)
  await vi.waitUntil(() => bus.isConnected())
  let heard = false
  const other = openRedisBus(redis.url)
  bus.listen('settled', 'news', () => (heard = true))
  await vi.waitUntil(() => {
    other.tell('settled', 'news', {})
    return heard
  })
  await Promise.all([bus.close(), other.close()])
}

busContract(() => openRedisBus(redis.url), settled)

it('Q11 a Redis that stands still or is gone takes neither time nor memory, and is there again by itself', async () => {
  const [a, b] = [openRedisBus(redis.url), openRedisBus(redis.url)]
  let heard = 0
  let back = 0
  b.listen('room', 'ring', () => heard++)
  b.onConnected(() => back++)
  await vi.waitUntil(() => a.isConnected() && b.isConnected())
  redis.pause()
  const began = performance.now()
  const before = process.memoryUsage().rss
  const covers = { clock: {}, live: {}, lifted: [] }
  const header = { revision: 1, stage: 'draft', width: 1, height: 1, ms: 1, engine: '', covers } as const
  for (let i = 0; i < 2_000; i++) a.tell('room', 'frame', { header, bytes: new Uint8Array(100_000) })
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6)
  redis.goOn()
  await redis.kill()
  await vi.waitUntil(() => !b.isConnected())
  a.tell('room', 'ring', { revision: 1 })
  await redis.start()
  await vi.waitUntil(() => a.isConnected() && b.isConnected())
  await vi.waitUntil(() => {
    a.tell('room', 'ring', { revision: 2 })
    return heard > 0
  })
  expect(back).toBeGreaterThan(0)
  await Promise.all([a.close(), b.close()])
})

it('Q12 a Redis that cannot be used ends the start with one sentence that tells what to do', async () => {
  const told = (url: string) =>
    checkRedis(url, log).then(
      () => 'nothing',
      (error: Error) => error.message,
    )
  expect(await told(redis.url)).toBe('nothing')
  expect(await told(`redis://127.0.0.1:${await freePort()}`)).toMatch(/does not answer.*NURIE_REDIS_URL/)
  const locked = await startRedis(['--requirepass', 'hush'])
  const withPassword = (password: string) => `redis://:${password}@127.0.0.1:${locked.port}`
  expect(await told(withPassword('hush'))).toBe('nothing')
  expect(await told(withPassword('loud'))).toMatch(/refuses the password/)
  expect(await told(withPassword('loud'))).not.toContain('loud')
  expect(await told(locked.url)).toMatch(/refuses the password/)
  await locked.end()
  const narrow = await startRedis(['--user', 'poor', 'on', '>hush', '~other:*', 'resetchannels', '+@all'])
  expect(await told(`redis://poor:hush@127.0.0.1:${narrow.port}`)).toMatch(/lacks rights/)
  await narrow.end()
})

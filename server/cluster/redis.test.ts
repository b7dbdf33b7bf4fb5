import { expect, it } from 'vitest'
import { openFaultyProxy } from './proxy.fixture.ts'
import { openRedis } from './redis.ts'
import { startRedis } from './services.fixture.ts'

it('Q48 a connection to Redis whose line died without a word is made anew, and hears again', async () => {
  const service = await startRedis()
  const proxy = await openFaultyProxy(service.port)
  const publisher = openRedis(service.url, { isPatient: true })
  const subscriber = openRedis(`redis://127.0.0.1:${proxy.port}`, { isPatient: true, deadMs: 300 })
  const heard: string[] = []
  subscriber.on('message', (_channel, text: string) => heard.push(text))
  await subscriber.subscribe('news')
  await publisher.publish('news', 'before')
  await expect.poll(() => heard).toEqual(['before'])
  // Longer than it waits for an answer: a line at rest is no dead one.
  await new Promise((resolve) => subscriber.stream.once('data', resolve))
  await new Promise((resolve) => subscriber.stream.once('data', resolve))
  let connections = 0
  subscriber.on('ready', () => connections++)
  expect(connections).toBe(0)

  proxy.forget()
  await expect.poll(() => connections).toBe(1)
  await publisher.publish('news', 'after')
  await expect.poll(() => heard).toEqual(['before', 'after'])
  subscriber.disconnect()
  publisher.disconnect()
  await proxy.close()
  await service.end()
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { openRedis, type Redis } from '../../cluster/redis.ts'
import { startRedis, type Service } from '../../cluster/services.fixture.ts'
import { openRoomQueue, workQueues, type QueueWorker } from './roomQueue.ts'

const soon = { timeout: 10_000, interval: 5 }
let redis: Service
let connection: Redis
const workers: QueueWorker[] = []

beforeAll(async () => {
  redis = await startRedis()
  connection = openRedis(redis.url, { isPatient: true })
})
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.close()))
  connection.disconnect()
  await redis.end()
})

it('Q30 a room that rings during its turn has one more, never two at once; who rings first goes before who rings later', async () => {
  const turns: string[] = []
  const underWay = new Map<string, () => void>()
  let overlaps = 0
  for (let i = 0; i < 2; i++) {
    const worker = workQueues({
      redis: connection,
      coloring: 'x',
      async color(room) {
        if (underWay.has(room)) overlaps++
        turns.push(room)
        await new Promise<void>((resolve) => underWay.set(room, resolve))
        underWay.delete(room)
        return 'done'
      },
      answer: () => Promise.resolve(),
      onFailure: () => {},
    })
    worker.start()
    workers.push(worker)
  }
  const end = (room: string) => underWay.get(room)!()
  const queue = openRoomQueue({ redis: connection, coloring: 'x' })
  await queue.ring('a')
  await queue.ring('b')
  await expect.poll(() => underWay.size, soon).toBe(2)
  await Promise.all(Array.from({ length: 100 }, () => queue.ring('a')))
  // Both workers are busy: these wait.
  await queue.ringLater('late')
  await queue.ringLater('sooner')
  await queue.ring('first')
  await queue.ring('sooner', true)
  expect(await queue.waiting()).toEqual({ first: 2, all: 3 })
  end('b')
  await expect.poll(() => turns, soon).toEqual(['a', 'b', 'first'])
  end('first')
  await expect.poll(() => turns, soon).toEqual(['a', 'b', 'first', 'sooner'])
  end('a')
  await expect.poll(() => turns, soon).toEqual(['a', 'b', 'first', 'sooner', 'a'])
  end('a')
  await expect.poll(() => turns, soon).toEqual(['a', 'b', 'first', 'sooner', 'a', 'late'])
  end('late')
  end('sooner')
  await expect.poll(() => underWay.size, soon).toBe(0)
  expect(await queue.waiting()).toEqual({ first: 0, all: 0 })
  expect(overlaps).toBe(0)
  await queue.close()
})

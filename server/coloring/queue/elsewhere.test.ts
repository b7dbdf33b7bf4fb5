import { expect, it } from 'vitest'
import { openElsewhere } from './elsewhere.ts'

it('Q53 a server measures how long its own changes waited for a worker, once for each draft that begins', async () => {
  const waits: number[] = []
  const room = openElsewhere('a room', (seconds) => waits.push(seconds))
  room.status({ state: 'draft', revision: 1 })
  expect(waits).toEqual([])
  const began = performance.now()
  room.touched(2)
  await new Promise((resolve) => setTimeout(resolve, 20))
  room.touched(3)
  room.status({ state: 'refine', revision: 1 })
  room.status({ state: 'draft', revision: 3 })
  room.status({ state: 'draft', revision: 3 })
  expect(waits).toHaveLength(1)
  expect(waits[0]).toBeGreaterThan(0.015)
  expect(waits[0]).toBeLessThanOrEqual((performance.now() - began) / 1000)
  const told: string[] = []
  const header = { revision: 3, stage: 'draft', width: 1, height: 1, ms: 1, engine: 'test' } as const
  room.frame(header, () => told.push('frame'))
  expect(told).toEqual(['frame'])
})

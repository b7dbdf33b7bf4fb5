import { expect, it } from 'vitest'
import { surplus } from './surplus.ts'

const MINUTE = 60_000

it('T3 of too many automatic versions the newest stay, and the oldest; between them they are spread', () => {
  const day = 24 * 60
  const now = day * MINUTE
  let kept: { id: string; at: number }[] = []
  for (let minute = 5; minute <= day; minute += 5) {
    kept = [{ id: `v${minute}`, at: minute * MINUTE }, ...kept]
    const gone = new Set(surplus(kept, 50, 20, minute * MINUTE))
    kept = kept.filter(({ id }) => !gone.has(id))
    expect(kept.length).toBeLessThanOrEqual(50)
  }
  expect(kept).toHaveLength(50)
  expect(kept.slice(0, 20).map(({ id }) => id)).toEqual(
    Array.from({ length: 20 }, (_, i) => `v${day - 5 * i}`),
  )
  expect(kept.at(-1)!.id).toBe('v5')
  const gaps = kept.slice(20, -1).map(({ at }, i) => (at - kept[21 + i]!.at) / (now - at))
  // No hole of more than a few times what is usual for its age.
  expect(Math.max(...gaps)).toBeLessThan(0.5)
  expect(surplus(kept, 50, 20, now)).toEqual([])
})

it('T3 never thins out the newest, however close together', () => {
  const versions = Array.from({ length: 25 }, (_, i) => ({ id: `${i}`, at: 1000 - i }))
  expect(surplus(versions, 22, 20, 1000).every((id) => Number(id) >= 20)).toBe(true)
})

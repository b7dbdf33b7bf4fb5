import { expect, test } from 'vitest'
import { ChunkCounts } from './chunkCounts.ts'

test('a chunk that was not heard brings what the one before it brought', () => {
  const counts = new ChunkCounts()
  counts.note('s', 1, 4)
  counts.note('s', 3, 9)
  expect([0, 1, 2, 3, 7].map((seq) => counts.after('s', seq))).toEqual([0, 4, 4, 9, 9])
  expect(counts.after('t', 1)).toBe(0)
})

test('what is not kept is forgotten', () => {
  const counts = new ChunkCounts()
  counts.note('s', 0, 2)
  counts.note('t', 0, 2)
  counts.keep(new Set(['t']))
  expect([counts.after('s', 0), counts.after('t', 0)]).toEqual([0, 2])
})

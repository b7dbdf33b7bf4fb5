import { expect, it } from 'vitest'
import { engineLadder } from './engineLadder.ts'

it('E18 an engine that failed is replaced by the next at once, and the last one stays', () => {
  const ladder = engineLadder(['cuda', 'webgpu', 'cpu'])
  expect(ladder.died(true)).toBe('webgpu')
  expect(ladder.died(true)).toBe('cpu')
  expect(ladder.hasNext()).toBe(false)
  expect(ladder.died(true)).toBe(undefined)
  expect(ladder.current()).toBe('cpu')
})

it('E18 deaths without an answer between them are the engine’s fault from the third on', () => {
  const ladder = engineLadder(['webgpu', 'cpu'])
  expect([ladder.died(undefined), ladder.died(undefined)]).toEqual([undefined, undefined])
  ladder.answered()
  expect([ladder.died(undefined), ladder.died(undefined)]).toEqual([undefined, undefined])
  expect(ladder.died(undefined)).toBe('cpu')
})

it('E18 what is no fault of the engine does not count against it', () => {
  const ladder = engineLadder(['webgpu', 'cpu'])
  for (let death = 0; death < 10; death++) expect(ladder.died(false)).toBe(undefined)
  expect(ladder.current()).toBe('webgpu')
})

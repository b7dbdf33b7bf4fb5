import { expect, it } from 'vitest'
import type { Engine } from './engines/engine.ts'
import { Scratch } from './scratch.ts'

const engine = (): Engine => ({
  name: 'none',
  device: 'none',
  run: () => Promise.reject(new Error('runs nothing')),
  close: () => Promise.resolve(),
})

it('pages of one engine share a buffer of a name, whatever length they take of it', () => {
  const one = engine()
  const large = Scratch.of(one).take('input', 8)
  const small = Scratch.of(one).take('input', 3)
  expect(small).toHaveLength(3)
  expect(small.buffer).toBe(large.buffer)
  expect(Scratch.of(one).take('input', 9)).toHaveLength(9)
})

it('other names and other engines have buffers of their own', () => {
  const one = engine()
  const input = Scratch.of(one).take('input', 4)
  expect(Scratch.of(one).take('draft', 4).buffer).not.toBe(input.buffer)
  expect(Scratch.of(engine()).take('input', 4).buffer).not.toBe(input.buffer)
})

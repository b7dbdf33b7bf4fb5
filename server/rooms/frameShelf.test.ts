import { expect, it } from 'vitest'
import { frameHeader } from '../../shared/frameHeader.fixture.ts'
import type { Stage } from '../../shared/protocol.ts'
import { FrameShelf } from './frameShelf.ts'

const bytes = new Uint8Array(1)
const header = (revision: number, stage: Stage, isPatch = false) =>
  frameHeader(revision, stage, isPatch ? { x: 0, y: 0, width: 2, height: 2 } : undefined)

it('F2 a frame that is not newer than what is there is no news', () => {
  const shelf = new FrameShelf()
  expect(shelf.put(header(2, 'draft'), bytes)).toBeDefined()
  expect(shelf.put(header(2, 'draft'), bytes)).toBeUndefined()
  expect(shelf.put(header(1, 'draft', true), bytes)).toBeUndefined()
  expect(shelf.put(header(2, 'refined'), bytes)).toBeDefined()
})

it('F7 a patch names the frame before it, of whichever stage, also when a whole came once more between them', () => {
  const shelf = new FrameShelf()
  shelf.put(header(1, 'refined'), bytes)
  expect(shelf.put(header(2, 'draft', true), bytes)!.after).toMatchObject({ revision: 1, stage: 'refined' })
  expect(shelf.put(header(2, 'refined', true), bytes)!.after).toMatchObject({ revision: 2, stage: 'draft' })
  expect(shelf.put(header(2, 'draft'), bytes)).toBeDefined()
  expect(shelf.put(header(3, 'draft', true), bytes)!.after).toMatchObject({ revision: 2, stage: 'refined' })
})

it('F7 what is known as a patch only is told, until its whole comes', () => {
  const shelf = new FrameShelf()
  expect(shelf.lacking()).toBeUndefined()
  shelf.put(header(1, 'refined'), bytes)
  expect(shelf.lacking()).toBeUndefined()
  shelf.put(header(2, 'draft', true), bytes)
  expect([shelf.lacking(), shelf.lacking('refined'), shelf.lacking('draft')]).toEqual([
    'draft',
    undefined,
    'draft',
  ])
  expect(shelf.newest()!.header.revision).toBe(1)
  expect(shelf.put(header(2, 'draft'), bytes)).toBeDefined()
  expect(shelf.put(header(2, 'draft'), bytes)).toBeUndefined()
  expect(shelf.lacking()).toBeUndefined()
  expect(shelf.newest()!.header).toMatchObject({ revision: 2, stage: 'draft' })
})

import { expect, test, vi } from 'vitest'
import type { SentHeader, Stage } from '../../shared/protocol.ts'
import { Frames } from './frames.ts'

const headerOf = (revision: number, stage: Stage): SentHeader => ({
  revision,
  stage,
  width: 8,
  height: 8,
  ms: 1,
  engine: 'test',
  covers: { clock: {}, live: {}, lifted: [] },
})

type Pending = { close: ReturnType<typeof vi.fn>; decoded: () => void }

/** Frames whose decoding ends when the test says so. */
function byHand() {
  const pending: Pending[] = []
  const frames = new Frames(
    () =>
      new Promise((resolve) => {
        const bitmap = { close: vi.fn() }
        pending.push({ ...bitmap, decoded: () => resolve(bitmap as unknown as ImageBitmap) })
      }),
  )
  const take = (revision: number, stage: Stage, ready?: () => Promise<void>) =>
    frames.take(headerOf(revision, stage), new Uint8Array(1), ready)
  const takeNow = async (revision: number, stage: Stage) => {
    const taken = take(revision, stage)
    pending.at(-1)?.decoded()
    return taken
  }
  return { frames, pending, take, takeNow }
}

test('F2 the newest picture is shown: by revision, then refined over draft', async () => {
  const { frames, takeNow } = byHand()
  await takeNow(1, 'draft')
  expect(frames.shown('refined')).toMatchObject({ revision: 1, stage: 'draft' })
  await takeNow(1, 'refined')
  expect(frames.shown('refined')).toMatchObject({ revision: 1, stage: 'refined' })
  await takeNow(2, 'draft')
  expect(frames.shown('refined')).toMatchObject({ revision: 2, stage: 'draft' })
  expect(frames.shown('draft')).toMatchObject({ revision: 2, stage: 'draft' })
  expect(frames.shown('lines')).toBeUndefined()
})

test('F2 a frame whose decoding is overtaken is dropped and closed', async () => {
  const { frames, pending, take } = byHand()
  const older = take(1, 'draft')
  const newer = take(2, 'draft')
  pending[1]?.decoded()
  expect(await newer).toBe(true)
  pending[0]?.decoded()
  expect(await older).toBe(false)
  expect(pending[0]?.close).toHaveBeenCalled()
  expect(frames.shown('draft')?.revision).toBe(2)
})

test('F2 after a welcome an older revision counts as newer, and until then the picture stays', async () => {
  const { frames, pending, takeNow } = byHand()
  await takeNow(9, 'refined')
  frames.reset()
  expect(frames.shown('refined')).toBeDefined()
  expect(await takeNow(3, 'refined')).toBe(true)
  expect(frames.shown('refined')?.revision).toBe(3)
  expect(pending[0]?.close).toHaveBeenCalled()
})

test('a frame that cannot be decoded costs itself only', async () => {
  const frames = new Frames(() => Promise.reject(new Error('broken')))
  expect(await frames.take(headerOf(1, 'draft'), new Uint8Array(1))).toBe(false)
})

test('a sharper picture replaces its own frame, and no other', async () => {
  const { frames, pending, takeNow } = byHand()
  await takeNow(1, 'refined')
  const sharp = { close: vi.fn() }
  const late = { close: vi.fn() }
  expect(frames.sharpen(1, sharp as unknown as ImageBitmap)).toBe(true)
  expect(pending[0]?.close).toHaveBeenCalled()
  expect(frames.shown('refined')?.bitmap).toBe(sharp)
  await takeNow(2, 'refined')
  expect(sharp.close).toHaveBeenCalled()
  expect(frames.sharpen(1, late as unknown as ImageBitmap)).toBe(false)
  expect(late.close).toHaveBeenCalled()
})

test('V2 a decoded frame is taken in the turn in which it may be', async () => {
  const { frames, pending, take, takeNow } = byHand()
  await takeNow(1, 'draft')
  let mayBe = () => {}
  const asked = vi.fn(() => new Promise<void>((resolve) => (mayBe = resolve)))
  const taken = take(2, 'draft', asked)
  expect(asked).not.toHaveBeenCalled()
  pending[1]?.decoded()
  await vi.waitFor(() => expect(asked).toHaveBeenCalled())
  expect(frames.shown('draft')?.revision).toBe(1)
  mayBe()
  expect(await taken).toBe(true)
  expect(frames.shown('draft')?.revision).toBe(2)
})

test('V2 which frame would be shown', async () => {
  const { frames, takeNow } = byHand()
  expect(frames.leads(headerOf(1, 'refined'), 'draft')).toBe(true)
  await takeNow(2, 'draft')
  expect(frames.leads(headerOf(2, 'refined'), 'refined')).toBe(true)
  expect(frames.leads(headerOf(2, 'refined'), 'draft')).toBe(false)
  expect(frames.leads(headerOf(3, 'draft'), 'draft')).toBe(true)
  expect(frames.leads(headerOf(1, 'refined'), 'refined')).toBe(false)
})

import { expect, test, vi } from 'vitest'
import { frameHeader } from '../../shared/frameHeader.fixture.ts'
import type { Stage } from '../../shared/protocol.ts'
import { Frames, type Layer } from './frames.ts'
import type { Colors } from './looks.ts'

const bitmapOf = () => ({ close: vi.fn() }) as unknown as ImageBitmap

type Pending = { close: ReturnType<typeof vi.fn>; decoded: () => void }

/** Frames whose decoding ends when the test says so. */
function byHand() {
  const pending: Pending[] = []
  const decode = () =>
    new Promise<ImageBitmap>((resolve) => {
      const bitmap = { close: vi.fn() }
      pending.push({ ...bitmap, decoded: () => resolve(bitmap as unknown as ImageBitmap) })
    })
  const flatten = vi.fn((_: readonly Layer[]) => bitmapOf())
  const frames = new Frames(decode, flatten)
  const take = (revision: number, stage: Stage, ready?: () => Promise<void>) =>
    frames.take(frameHeader(revision, stage), new Uint8Array(1), ready)
  const takeNow = async (revision: number, stage: Stage) => {
    const taken = take(revision, stage)
    pending.at(-1)?.decoded()
    return taken
  }
  const patchNow = async (revision: number, stage: Stage, x: number, y: number, width = 2, height = 2) => {
    const header = { ...frameHeader(revision, stage), patch: { x, y, width, height } }
    const taken = frames.take(header, new Uint8Array(1))
    pending.at(-1)?.decoded()
    return taken
  }
  /** Which frames' bitmaps are closed. */
  const closed = () => pending.flatMap(({ close }, i) => (close.mock.calls.length > 0 ? [i] : []))
  return { frames, flatten, pending, take, takeNow, patchNow, closed }
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
  // Flats are made of refined pictures.
  expect(frames.shown('flats')).toMatchObject({ revision: 1, stage: 'refined' })
})

test('F2 frames are taken in the order they came, whichever is decoded first; an older one is dropped and closed', async () => {
  const { frames, pending, take, takeNow, closed } = byHand()
  const older = take(1, 'draft')
  const newer = take(2, 'draft')
  pending[1]?.decoded()
  expect(frames.shown('draft')).toBeUndefined()
  pending[0]?.decoded()
  expect([await older, await newer]).toEqual([true, true])
  expect(frames.shown('draft')?.revision).toBe(2)
  expect(await takeNow(1, 'draft')).toBe(false)
  expect(closed()).toEqual([0, 2])
})

test('F7 a patch is laid over the frame before it, of whichever stage; each stage keeps its own picture', async () => {
  const { frames, takeNow, patchNow, closed } = byHand()
  await takeNow(1, 'refined')
  await patchNow(2, 'draft', 2, 4)
  await patchNow(2, 'refined', 0, 0)
  const layersOf = (colors: Colors) => frames.shown(colors)!.layers
  expect(layersOf('draft').map(({ x, y, width }) => [x, y, width])).toEqual([
    [0, 0, 1],
    [0.25, 0.5, 0.25],
  ])
  expect(layersOf('refined')).toHaveLength(3)
  await takeNow(3, 'refined')
  expect(layersOf('refined')).toHaveLength(1)
  expect(layersOf('draft')).toHaveLength(2)
  expect(closed()).toEqual([2])
  await takeNow(4, 'draft')
  expect(closed()).toEqual([0, 1, 2])
})

test('F7 what a later patch covers is not kept; many layers are made one', async () => {
  const { frames, flatten, takeNow, patchNow, closed } = byHand()
  await takeNow(1, 'refined')
  await patchNow(2, 'refined', 2, 2)
  await patchNow(3, 'refined', 0, 0, 4, 4)
  expect(frames.shown('refined')!.layers).toHaveLength(2)
  expect(closed()).toEqual([1])
  for (let revision = 4; revision < 60; revision++)
    await patchNow(revision, 'refined', revision % 7, revision % 5)
  expect(frames.shown('refined')!.layers.length).toBeLessThanOrEqual(12)
  expect(flatten).toHaveBeenCalled()
  // What is shown is open, everything else closed; what was flattened is no frame's bitmap.
  const open = frames
    .shown('refined')!
    .layers.filter(({ bitmap }) => !flatten.mock.results.some(({ value }) => value === bitmap))
  expect(closed()).toHaveLength(59 - open.length)
})

test('F7 a patch without the frame before it is dropped: before the first, after a welcome, after one that was broken', async () => {
  const { frames, takeNow, patchNow } = byHand()
  expect(await patchNow(1, 'draft', 0, 0)).toBe(false)
  await takeNow(2, 'refined')
  frames.reset()
  expect(await patchNow(3, 'draft', 0, 0)).toBe(false)
  await takeNow(3, 'refined')
  expect(await patchNow(4, 'draft', 0, 0)).toBe(true)
  const broken = new Frames((bytes) =>
    bytes.length > 0 ? Promise.resolve(bitmapOf()) : Promise.reject(new Error('broken')),
  )
  const patch = { x: 0, y: 0, width: 2, height: 2 }
  expect(await broken.take(frameHeader(1, 'refined'), new Uint8Array(1))).toBe(true)
  expect(await broken.take({ ...frameHeader(2, 'draft'), patch }, new Uint8Array(0))).toBe(false)
  expect(await broken.take({ ...frameHeader(2, 'refined'), patch }, new Uint8Array(1))).toBe(false)
  expect(await broken.take(frameHeader(3, 'refined'), new Uint8Array(1))).toBe(true)
})

test('F7 a sharper whole takes the place of all that it shows; later patches lie over it', async () => {
  const { frames, takeNow, patchNow } = byHand()
  await takeNow(1, 'refined')
  await patchNow(2, 'draft', 0, 0)
  await patchNow(2, 'refined', 0, 0)
  await patchNow(3, 'draft', 4, 4)
  const sharp = bitmapOf()
  expect(frames.sharpen(2, sharp)).toBe(true)
  const { layers } = frames.shown('refined')!
  expect(layers.map(({ revision, stage }) => [revision, stage])).toEqual([
    [2, 'refined'],
    [3, 'draft'],
  ])
  expect(layers[0]!.bitmap).toBe(sharp)
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

test('a frame that cannot be decoded is not taken', async () => {
  const frames = new Frames(() => Promise.reject(new Error('broken')))
  expect(await frames.take(frameHeader(1, 'draft'), new Uint8Array(1))).toBe(false)
})

test('a sharper picture replaces its own frame, and no other', async () => {
  const { frames, pending, takeNow } = byHand()
  await takeNow(1, 'refined')
  const sharp = { close: vi.fn() }
  const late = { close: vi.fn() }
  expect(frames.sharpen(1, sharp as unknown as ImageBitmap)).toBe(true)
  expect(pending[0]?.close).toHaveBeenCalled()
  expect(frames.shown('refined')?.layers[0]?.bitmap).toBe(sharp)
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
  expect(frames.leads(frameHeader(1, 'refined'), 'draft')).toBe(true)
  await takeNow(2, 'draft')
  expect(frames.leads(frameHeader(2, 'refined'), 'refined')).toBe(true)
  expect(frames.leads(frameHeader(2, 'refined'), 'draft')).toBe(false)
  expect(frames.leads(frameHeader(3, 'draft'), 'draft')).toBe(true)
  expect(frames.leads(frameHeader(1, 'refined'), 'refined')).toBe(false)
  expect(frames.leads(frameHeader(1, 'refined'), 'flats')).toBe(true)
  await takeNow(2, 'refined')
  expect(frames.leads(frameHeader(3, 'draft'), 'flats')).toBe(false)
})

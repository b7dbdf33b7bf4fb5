import { expect, test, vi } from 'vitest'
import type { Covers } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { Preview } from './preview.ts'
import type { PreviewAnswer, PreviewTask } from './preview.worker.ts'

const stroke = (id: string): Stroke => ({
  id,
  by: 'ann',
  tool: 'brush',
  color: 1,
  width: 8,
  points: Int32Array.of(8, 8, 255),
})
const covers = (...lifted: string[]): Covers => ({ clock: {}, live: {}, lifted })

/** A preview whose worker answers when the test says so; what it shows is the ids it was asked to tell apart. */
function byHand() {
  let painted: Stroke[] = []
  const asked: string[] = []
  const listeners: Record<string, (event: MessageEvent<PreviewAnswer>) => void> = {}
  const names = { framed: [] as string[], painted: [] as string[] }
  const apply = (list: string[], { at, remove, insert }: PreviewTask['framed']) =>
    list.splice(at, remove, ...insert.map(({ id }) => id))
  const changed = vi.fn()
  const preview = new Preview(
    { page: { width: 8, height: 8 }, grey: new Uint8Array(64) },
    {
      unseen: (shown) => ({ framed: painted.filter(({ id }) => shown?.lifted.includes(id)), painted }),
      changed,
    },
    {
      postMessage(task: PreviewTask | object) {
        if (!('framed' in task)) return
        apply(names.framed, task.framed)
        apply(names.painted, task.painted)
        asked.push(`${names.painted.join('')}-${names.framed.join('')}`)
      },
      addEventListener: (event: string, listener: never) => void (listeners[event] = listener),
      terminate() {},
    },
    () => asked[answered++] as unknown as CanvasImageSource,
  )
  let answered = 0
  return {
    preview,
    changed,
    asked,
    paint(...ids: string[]) {
      painted = ids.map((id) => painted.find((known) => known.id === id) ?? stroke(id))
      preview.refresh()
    },
    answer: () => listeners['message']!({ data: {} } as MessageEvent<PreviewAnswer>),
    skip() {
      answered++
    },
    break: () => listeners['error']!({} as never),
  }
}
const isResolved = async (promise: Promise<void>) => {
  let resolved = false
  void promise.then(() => (resolved = true))
  await new Promise(setImmediate)
  return resolved
}

test('V1 one task at a time, the newest state next', () => {
  const { preview, paint, answer, asked } = byHand()
  paint('a')
  paint('a', 'b')
  paint('a', 'b', 'c')
  expect(asked).toEqual(['a-'])
  expect(preview.shown).toBeNull()
  answer()
  expect(preview.shown).toBe('a-')
  expect(asked).toEqual(['a-', 'abc-'])
  answer()
  expect(preview.shown).toBe('abc-')
})

test('V2 a picture that covers all is drawn at once and without a preview', async () => {
  const { preview, paint, answer, changed } = byHand()
  paint('a')
  answer()
  changed.mockClear()
  const handed = preview.handOver(covers('a'))
  expect(preview.shown).toBeNull()
  expect(changed).toHaveBeenCalled()
  expect(await isResolved(handed)).toBe(true)
})

test('V2 a picture that covers a part waits for the preview that goes with it', async () => {
  const { preview, paint, answer } = byHand()
  paint('a', 'b')
  answer()
  const handed = preview.handOver(covers('a'))
  expect(preview.shown).toBe('ab-')
  expect(await isResolved(handed)).toBe(false)
  answer()
  expect(preview.shown).toBe('ab-a')
  expect(await isResolved(handed)).toBe(true)
})

test('V2 an answer that was under way goes with the picture before', async () => {
  const { preview, paint, answer } = byHand()
  paint('a')
  paint('a', 'b')
  const handed = preview.handOver(covers('a'))
  answer()
  expect(preview.shown).toBe('a-')
  expect(await isResolved(handed)).toBe(false)
  answer()
  expect(preview.shown).toBe('ab-a')
  expect(await isResolved(handed)).toBe(true)
})

test('V2 pictures are handed over to in order', async () => {
  const { preview, paint, answer } = byHand()
  paint('a', 'b', 'c')
  answer()
  const [first, second] = [preview.handOver(covers('a')), preview.handOver(covers('a', 'b'))]
  answer()
  expect(await Promise.all([isResolved(first), isResolved(second)])).toEqual([true, false])
  answer()
  expect(preview.shown).toBe('abc-ab')
  expect(await isResolved(second)).toBe(true)
})

test('V2 a refined picture of what its draft covered needs no other preview', async () => {
  const { preview, paint, answer, asked } = byHand()
  paint('a', 'b')
  void preview.handOver(covers('a'))
  answer()
  answer()
  const tasks = asked.length
  expect(await isResolved(preview.handOver(covers('a')))).toBe(true)
  expect(asked).toHaveLength(tasks)
  expect(preview.shown).toBe('ab-a')
})

test('V2 an answer that comes after all was covered is not shown', async () => {
  const { preview, paint, answer, skip } = byHand()
  paint('a')
  expect(await isResolved(preview.handOver(covers('a')))).toBe(true)
  answer()
  expect(preview.shown).toBeNull()
  skip()
  paint('a', 'b')
  answer()
  expect(preview.shown).toBe('ab-a')
})

test('V2 a picture that was handed over to and not drawn after all: the preview is the one of what is drawn', () => {
  const { preview, paint, answer } = byHand()
  paint('a', 'b')
  answer()
  void preview.handOver(covers('a'))
  answer()
  preview.settle(undefined)
  answer()
  expect(preview.shown).toBe('ab-')
})

test('V3 without pictures it stays, and grows', () => {
  vi.useFakeTimers()
  const { preview, paint, answer } = byHand()
  paint('a')
  answer()
  vi.advanceTimersByTime(3_600_000)
  expect(preview.shown).toBe('a-')
  paint('a', 'b')
  answer()
  expect(preview.shown).toBe('ab-')
  vi.useRealTimers()
})

test('V4 what is taken back is not previewed any more', () => {
  const { preview, paint, answer } = byHand()
  paint('a')
  answer()
  paint()
  expect(preview.shown).toBeNull()
})

test('a worker that fails costs the preview, not the pictures', async () => {
  const { preview, paint, answer, ...hand } = byHand()
  paint('a', 'b')
  answer()
  const handed = preview.handOver(covers('a'))
  hand.break()
  expect(preview.shown).toBeNull()
  expect(await isResolved(handed)).toBe(true)
  expect(await isResolved(preview.handOver(covers()))).toBe(true)
})

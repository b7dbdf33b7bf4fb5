/**
 * Which stroke made what is seen, kept up to date while somebody asks. The strokes of an answer are those its numbers mean: the page
 * may have others by then. One task at a time; the newest strokes win.
 */
import { onScopeDispose, shallowRef } from 'vue'
import { paletteOf, StrokeReader, strokesOf, type Stroke } from '../../shared/strokes.ts'
import { closeLineArt, decodeLineArt } from '../canvas/lineArt.ts'
import type { StrokeLabels } from '../canvas/strokeLabels.ts'
import type { LabelPage, LabelTask } from '../canvas/strokeLabels.worker.ts'
import type { RoomConnection } from '../connection.ts'

export type LabeledStrokes = { labels: StrokeLabels; strokes: readonly Stroke[] }

export function useStrokeLabels(connection: RoomConnection) {
  const labeled = shallowRef<LabeledStrokes>()
  const worker = new Worker(new URL('../canvas/strokeLabels.worker.ts', import.meta.url), { type: 'module' })
  const reader = new StrokeReader(connection.doc)
  let asked: readonly Stroke[] | undefined
  let isStale = true
  let isReady = false

  function ask(): void {
    if (asked || !isReady || !isStale) return
    isStale = false
    asked = reader.read()
    worker.postMessage({ strokes: asked } satisfies LabelTask)
  }
  function changed(): void {
    isStale = true
    ask()
  }
  worker.addEventListener('message', ({ data }: MessageEvent<StrokeLabels>) => {
    if (asked) labeled.value = { labels: data, strokes: asked }
    asked = undefined
    ask()
  })
  strokesOf(connection.doc).observe(changed)
  paletteOf(connection.doc).observe(changed)

  async function start(): Promise<void> {
    const art = await decodeLineArt(await connection.file('line.png'))
    closeLineArt(art)
    const { grey, page } = art
    worker.postMessage({ grey, page } satisfies LabelPage)
    isReady = true
    ask()
  }
  // Without the line art the page itself says what is wrong.
  start().catch(() => undefined)

  onScopeDispose(() => {
    strokesOf(connection.doc).unobserve(changed)
    paletteOf(connection.doc).unobserve(changed)
    worker.terminate()
  })
  return labeled
}

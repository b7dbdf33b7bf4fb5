import { expect, test, vi } from 'vitest'
import type { Stroke } from '../../shared/strokes.ts'
import { HintLayer } from './hintLayer.ts'
import type { HintAnswer, HintTask } from './hintLayer.worker.ts'
import { HintPainter } from './hintPainter.ts'

const stroke = (id: string, x: number, tool: Stroke['tool'] = 'brush'): Stroke => ({
  id,
  by: 'ann',
  tool,
  color: 0xff0000,
  width: 64,
  points: Int32Array.of(8 * x, 8 * 16, 255),
})
const art = { page: { width: 64, height: 32 }, grey: new Uint8Array(64 * 32).fill(255) }

/** What is drawn, by name: the committed bitmap, and the strokes that lie over it. */
function sheet() {
  const drawn: string[] = []
  const context = new Proxy({} as CanvasRenderingContext2D, {
    get: (_, name) => {
      if (name === 'drawImage') return () => drawn.push('bitmap')
      return name === 'arc' ? () => drawn.push('stroke') : () => undefined
    },
    set: () => true,
  })
  return { drawn, context }
}

/** A layer whose worker paints when the test says so. */
function byHand() {
  class Canvas {
    getContext = () => ({ putImageData: () => undefined })
  }
  vi.stubGlobal('OffscreenCanvas', Canvas)
  vi.stubGlobal('ImageData', class {})
  const painter = new HintPainter(art)
  const tasks: HintTask[] = []
  let answer: (event: MessageEvent<HintAnswer>) => void = () => {}
  const changed = vi.fn()
  const layer = new HintLayer(art, changed, {
    postMessage: (task: HintTask | object) => void ('strokes' in task && tasks.push(task)),
    addEventListener: (_: string, listener: never) => void (answer = listener),
    terminate() {},
  })
  const paint = () =>
    answer({ data: { patch: painter.paint(tasks.shift()!.strokes) } } as MessageEvent<HintAnswer>)
  return { layer, tasks, paint, changed }
}

test('V7 a committed stroke lies over the bitmap until it is painted into it', () => {
  const { layer, paint, changed } = byHand()
  const look = () => {
    const { drawn, context } = sheet()
    layer.drawCommitted(context, 1)
    return drawn
  }
  const first = [stroke('a', 10)]
  layer.update(first)
  expect(look()).toEqual(['bitmap', 'stroke'])
  paint()
  expect(changed).toHaveBeenCalledTimes(1)
  expect(look()).toEqual(['bitmap'])
  expect(layer.colorAt(10, 16)).toBe(0xff0000)
  expect(layer.colorAt(50, 16)).toBeNull()
  layer.update([...first, stroke('b', 50)])
  expect(look()).toEqual(['bitmap', 'stroke'])
})

test('V7 while one state is painted only the newest waits', () => {
  const { layer, tasks, paint } = byHand()
  const [a, b, c] = [stroke('a', 10), stroke('b', 30), stroke('c', 50)]
  layer.update([a])
  layer.update([a, b])
  layer.update([a, b, c])
  expect(tasks).toHaveLength(1)
  paint()
  expect(tasks).toHaveLength(1)
  expect(tasks[0]!.strokes.insert).toEqual([b, c])
  paint()
  expect(tasks).toHaveLength(0)
  expect(layer.colorAt(50, 16)).toBe(0xff0000)
  layer.update([a, c])
  paint()
  expect(layer.colorAt(30, 16)).toBeNull()
  expect(layer.colorAt(50, 16)).toBe(0xff0000)
})

test('V7 a page full of strokes is not drawn stroke by stroke while it is painted', () => {
  const { layer } = byHand()
  layer.update(Array.from({ length: 500 }, (_, i) => stroke(String(i), i % 60)))
  const { drawn, context } = sheet()
  layer.drawCommitted(context, 1)
  expect(drawn).toEqual(['bitmap'])
})

test('V7 of a page full of strokes a part is seen before all of it is', () => {
  const { layer, tasks, paint } = byHand()
  layer.update(Array.from({ length: 9_000 }, (_, i) => stroke(String(i), i % 60)))
  const parts = []
  while (tasks.length > 0) {
    parts.push(tasks[0]!.strokes.insert.length)
    paint()
  }
  expect(parts).toEqual([4_000, 4_000, 1_000])
})

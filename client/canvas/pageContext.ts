/** Canvases that lie over the screen, made ready to draw on in page pixels. */
import type { Size } from '../../shared/workSize.ts'
import type { Part } from './looks.ts'
import type { View } from './view.ts'

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** How the page lies on the canvases: `ratio` physical pixels a CSS pixel; whether it moves, and needs no care. */
export type Lie = { page: Size; view: View; ratio: number; moves: boolean }

/** An empty canvas whose unit is a page pixel, bounded by the page. */
export function beginPage<Any extends Context>(context: Any, { page, view, ratio, moves }: Lie): Any {
  context.restore()
  context.save()
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  const { scale, x, y, turn } = view
  const along = scale * ratio * Math.cos(turn)
  const across = scale * ratio * Math.sin(turn)
  context.setTransform(along, across, -across, along, x * ratio, y * ratio)
  // Less smooth is twice as fast.
  context.imageSmoothingQuality = moves ? 'low' : 'high'
  // Strokes that run over the paper's edge do not stain the desk.
  context.beginPath()
  context.rect(0, 0, page.width, page.height)
  context.clip()
  return context
}

/** Draws within a part of the screen. */
export function withinPart(context: Context, { from, to }: Part, draw: () => void): void {
  if (from === 0 && to === 1) return draw()
  const { width, height } = context.canvas
  const left = Math.round(from * width)
  const transform = context.getTransform()
  context.save()
  context.resetTransform()
  context.beginPath()
  context.rect(left, 0, Math.round(to * width) - left, height)
  context.clip()
  context.setTransform(transform)
  draw()
  context.restore()
}

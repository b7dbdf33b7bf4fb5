/** Strokes as they are drawn while they are not painted into the hints' bitmap yet: round-ended segments, as wide as the pressure makes them. */
import type { Tool } from '../../shared/strokes.ts'
import { hexOf } from '../../shared/hexColor.ts'
import { UNITS } from './pen.ts'

/** A stroke whose pen is down, mine or another's; or one that was just committed. */
export type WetStroke = {
  readonly id: string
  readonly tool: Tool
  readonly color: number
  readonly width: number
  readonly points: ArrayLike<number>
}

/** Draws a stroke from point `from` on (DESIGN 3.3); the context is in page pixels. */
export function drawSegments(context: CanvasRenderingContext2D, stroke: WetStroke, from: number): void {
  const { points, tool } = stroke
  const x = (i: number) => points[3 * i]! / UNITS
  const y = (i: number) => points[3 * i + 1]! / UNITS
  const width = (i: number) => (stroke.width / UNITS) * (0.25 + (0.75 * points[3 * i + 2]!) / 255)
  context.save()
  context.globalCompositeOperation = tool === 'erase' ? 'destination-out' : 'source-over'
  context.strokeStyle = context.fillStyle = hexOf(stroke.color)
  context.lineCap = context.lineJoin = 'round'
  const count = points.length / 3
  if (from <= 0) {
    context.beginPath()
    context.arc(x(0), y(0), width(0) / 2, 0, 2 * Math.PI)
    context.fill()
  }
  for (let i = Math.max(0, from) + 1; i < count; i++) {
    context.beginPath()
    context.lineWidth = (width(i - 1) + width(i)) / 2
    context.moveTo(x(i - 1), y(i - 1))
    context.lineTo(x(i), y(i))
    context.stroke()
  }
  context.restore()
}

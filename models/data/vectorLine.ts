import { hasBody, hasStroke, isDark, type Paint } from './svgPaint.ts'
import { repainted, rewriteShapes } from './svgRewrite.ts'
import type { SvgNode } from './svgTree.ts'

/**
 * Turns colored clip art into a line drawing by rewriting its vectors: every solid body becomes white paper
 * with an ink outline, in paint order, so that nearer bodies hide farther outlines; dark bodies and dark
 * strokes stay ink. Shading (fades, see-through overlays, filters) is dropped. `line` is the outline's width
 * in the units of the root's view box.
 */
const ink = '#111111'
const paper = '#ffffff'

export function vectorLine(root: SvgNode, line: number): SvgNode {
  return rewriteShapes(root, (node, paint, scale) => outlineShape(node, paint, line / scale))
}

function outlineShape(node: SvgNode, paint: Paint, line: number): SvgNode[] {
  const draw = (fill: string, stroke: string, width: number): SvgNode =>
    repainted(node, {
      fill,
      stroke,
      'stroke-width': String(width),
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    })
  const isBody = hasBody(paint)
  const hasLine = hasStroke(paint)
  const darkBody = isBody && isDark(paint.fill, 0.2)
  const fill = darkBody ? ink : isBody ? paper : 'none'
  if (hasLine && isDark(paint.stroke, 0.38)) return [draw(fill, ink, Math.max(paint.strokeWidth, 0.6 * line))]
  if (hasLine && paint.strokeWidth > 2.1 * line) {
    return [draw(fill, ink, paint.strokeWidth + 2 * line), draw('none', paper, paint.strokeWidth)]
  }
  if (hasLine || (isBody && !darkBody)) return [draw(fill, ink, line)]
  return isBody ? [draw(fill, 'none', 0)] : []
}

import { isDark, type Paint, paintOf, readSheet, rootPaint, type Sheet } from './svgPaint.ts'
import type { SvgNode } from './svgTree.ts'

/**
 * Turns colored clip art into a line drawing by rewriting its vectors: every solid body becomes white paper
 * with an ink outline, in paint order, so that nearer bodies hide farther outlines; dark bodies and dark
 * strokes stay ink. Shading (fades, see-through overlays, filters) is dropped. `line` is the outline's width
 * in the units of the root's view box.
 */
const shapes = new Set(['path', 'rect', 'circle', 'ellipse', 'polygon', 'polyline', 'line', 'text'])
const groups = new Set(['g', 'svg', 'a', 'switch'])
const kept = new Set([
  'defs',
  'clipPath',
  'mask',
  'linearGradient',
  'radialGradient',
  'pattern',
  'symbol',
  'style',
])
const ink = '#111111'
const paper = '#ffffff'
const bodyAlpha = 0.85
const strokeAlpha = 0.6

export function vectorLine(root: SvgNode, line: number): SvgNode {
  const sheet = readSheet(root)
  return { ...root, children: rewriteAll(root.children, rootPaintOf(root, sheet), 1, line, sheet, 0) }
}

function rootPaintOf(root: SvgNode, sheet: Sheet): Paint {
  return paintOf(root, rootPaint, sheet)
}

function rewriteAll(
  nodes: readonly (SvgNode | string)[],
  parent: Paint,
  scale: number,
  line: number,
  sheet: Sheet,
  depth: number,
): SvgNode[] {
  const out: SvgNode[] = []
  for (const node of nodes) {
    if (typeof node === 'string') continue
    if (kept.has(node.tag)) out.push(node)
    else if (depth < 40) out.push(...rewrite(node, parent, scale, line, sheet, depth))
  }
  return out
}

function rewrite(
  node: SvgNode,
  parent: Paint,
  scale: number,
  line: number,
  sheet: Sheet,
  depth: number,
): SvgNode[] {
  const paint = paintOf(node, parent, sheet)
  if (paint.hidden || paint.filtered) return []
  const here = scale * transformScale(node.attrs['transform'])
  if (node.tag === 'use') return rewriteUse(node, paint, here, line, sheet, depth)
  if (groups.has(node.tag)) {
    return [
      {
        tag: node.tag,
        attrs: geometry(node),
        children: rewriteAll(node.children, paint, here, line, sheet, depth + 1),
      },
    ]
  }
  if (!shapes.has(node.tag) || here === 0) return []
  return rewriteShape(node, paint, line / here)
}

function rewriteUse(
  node: SvgNode,
  paint: Paint,
  scale: number,
  line: number,
  sheet: Sheet,
  depth: number,
): SvgNode[] {
  const target = sheet.ids.get((node.attrs['xlink:href'] ?? node.attrs['href'] ?? '').replace('#', ''))
  if (target === undefined || depth > 12) return []
  const shift = `translate(${node.attrs['x'] ?? '0'} ${node.attrs['y'] ?? '0'})`
  const nodes = target.tag === 'symbol' ? target.children : [target]
  return [
    {
      tag: 'g',
      attrs: { ...geometry(node), transform: `${node.attrs['transform'] ?? ''} ${shift}` },
      children: rewriteAll(nodes, paint, scale, line, sheet, depth + 1),
    },
  ]
}

function rewriteShape(node: SvgNode, paint: Paint, line: number): SvgNode[] {
  const draw = (fill: string, stroke: string, width: number): SvgNode => ({
    tag: node.tag,
    attrs: {
      ...geometry(node),
      fill,
      stroke,
      'stroke-width': String(width),
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round',
    },
    children: node.children,
  })
  const isBody = paint.fill.alpha * paint.opacity >= bodyAlpha && !paint.fill.fades
  const hasStroke =
    paint.stroke.alpha * paint.opacity >= strokeAlpha && paint.strokeWidth > 0 && !paint.stroke.fades
  const darkBody = isBody && isDark(paint.fill, 0.2)
  const fill = darkBody ? ink : isBody ? paper : 'none'
  if (hasStroke && isDark(paint.stroke, 0.38))
    return [draw(fill, ink, Math.max(paint.strokeWidth, 0.6 * line))]
  if (hasStroke && paint.strokeWidth > 2.1 * line) {
    return [draw(fill, ink, paint.strokeWidth + 2 * line), draw('none', paper, paint.strokeWidth)]
  }
  if (hasStroke || (isBody && !darkBody)) return [draw(fill, ink, line)]
  return isBody ? [draw(fill, 'none', 0)] : []
}

const paintNames =
  /^(fill|stroke|opacity|filter|style|class|color|stop-|mix-blend|marker|stroke-.*|fill-.*|display|visibility)/

/** Everything that says where and what shape, nothing that says which color. */
function geometry(node: SvgNode): Record<string, string> {
  const attrs: Record<string, string> = {}
  for (const [name, value] of Object.entries(node.attrs)) {
    if (!paintNames.test(name) || name === 'fill-rule') attrs[name] = value
  }
  const style = node.attrs['style'] ?? ''
  for (const name of ['clip-path', 'mask', 'fill-rule', 'font-size', 'font-family']) {
    const value = new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`).exec(style)?.[1]
    if (value !== undefined) attrs[name] = value.trim()
  }
  return attrs
}

export function transformScale(transform: string | undefined): number {
  let scale = 1
  for (const [, name, inside] of (transform ?? '').matchAll(/(matrix|scale)\s*\(([^)]*)\)/g)) {
    const [a = 1, b = 0, c = 0, d = 1] = (inside ?? '')
      .trim()
      .split(/[\s,]+/)
      .map(Number)
    const isUniform = (inside ?? '').trim().split(/[\s,]+/).length === 1
    scale *= Math.sqrt(Math.abs(name === 'matrix' ? a * d - b * c : a * (isUniform ? a : b)))
  }
  return scale
}

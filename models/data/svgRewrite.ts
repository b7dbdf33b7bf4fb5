import { type Paint, paintOf, readSheet, rootPaint, type Sheet } from './svgPaint.ts'
import type { SvgNode } from './svgTree.ts'

/**
 * Draws a drawing's shapes anew, in paint order: `draw` gives what stands in a shape's place (nothing, or several shapes),
 * from the paint it has and the scale its transforms add up to. Hidden and filtered shapes are left out, `use` is inlined,
 * clips and masks stay.
 */
export type DrawShape = (node: SvgNode, paint: Paint, scale: number) => SvgNode[]

const shapes = new Set(['path', 'rect', 'circle', 'ellipse', 'polygon', 'polyline', 'line', 'text'])
const groups = new Set(['g', 'svg', 'a', 'switch'])
const kept = new Set(['defs', 'clipPath', 'mask', 'linearGradient', 'radialGradient', 'pattern', 'symbol'])
const deepest = 40
const deepestUse = 12

export function rewriteShapes(root: SvgNode, draw: DrawShape): SvgNode {
  const sheet = readSheet(root)
  const paint = paintOf(root, rootPaint, sheet)
  return { ...root, children: new Rewriting(sheet, draw).all(root.children, paint, 1, 0) }
}

class Rewriting {
  readonly sheet: Sheet
  readonly draw: DrawShape

  constructor(sheet: Sheet, draw: DrawShape) {
    this.sheet = sheet
    this.draw = draw
  }

  all(nodes: readonly (SvgNode | string)[], parent: Paint, scale: number, depth: number): SvgNode[] {
    const out: SvgNode[] = []
    for (const node of nodes) {
      if (typeof node === 'string') continue
      if (kept.has(node.tag)) out.push(node)
      else if (depth < deepest) out.push(...this.one(node, parent, scale, depth))
    }
    return out
  }

  one(node: SvgNode, parent: Paint, scale: number, depth: number): SvgNode[] {
    const paint = paintOf(node, parent, this.sheet)
    if (paint.hidden || paint.filtered) return []
    const here = scale * transformScale(node.attrs['transform'])
    if (node.tag === 'use') return this.use(node, paint, here, depth)
    if (groups.has(node.tag)) {
      const children = this.all(node.children, paint, here, depth + 1)
      return [{ tag: node.tag, attrs: geometry(node), children }]
    }
    return !shapes.has(node.tag) || here === 0 ? [] : this.draw(node, paint, here)
  }

  use(node: SvgNode, paint: Paint, scale: number, depth: number): SvgNode[] {
    const target = this.sheet.ids.get((node.attrs['xlink:href'] ?? node.attrs['href'] ?? '').replace('#', ''))
    if (target === undefined || depth > deepestUse) return []
    const shift = `translate(${node.attrs['x'] ?? '0'} ${node.attrs['y'] ?? '0'})`
    const nodes = target.tag === 'symbol' ? target.children : [target]
    return [
      {
        tag: 'g',
        attrs: { ...geometry(node), transform: `${node.attrs['transform'] ?? ''} ${shift}` },
        children: this.all(nodes, paint, scale, depth + 1),
      },
    ]
  }
}

/** The same shape in other paint. */
export function repainted(node: SvgNode, paint: Record<string, string>): SvgNode {
  return { tag: node.tag, attrs: { ...geometry(node), ...paint }, children: node.children }
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

/**
 * Which pixel of a vector drawing belongs to which region, ids from 1, 0 where nothing is painted. Each body and stroke is
 * drawn in a flat color of its own, hard-edged and in paint order, so that nearer bodies hide farther ones. The map agrees
 * with the color layer: it is 0 exactly where the layer is transparent, and what was ink belongs to the region whose color
 * the layer shows there. Neighbors of one color without ink between them are one region; specks belong to their neighbor.
 */
import { fillFromNearest } from './inkless.ts'
import { mergeRegions } from './mergeRegions.ts'
import { type Frame, renderSvg } from './svgFrame.ts'
import { hasBody, hasStroke } from './svgPaint.ts'
import { repainted, rewriteShapes } from './svgRewrite.ts'
import type { SvgNode } from './svgTree.ts'

/** Regions of fewer pixels are specks. */
const smallest = 24
const opaque = 128

/** `layer`: RGBA without ink. `ink`: 255 where ink was taken out. Null when nothing is painted. */
export async function regionMap(
  root: SvgNode,
  frame: Frame,
  side: number,
  layer: Uint8Array,
  ink: Uint8Array,
): Promise<Uint16Array | null> {
  const { svg, idOf } = flatColored(root)
  const pixels = await renderSvg(svg, frame, side)
  const ids = new Uint32Array(side * side)
  const waiting = ink.slice()
  for (let i = 0, at = 0; i < ids.length; i++, at += 4) {
    if (layer[at + 3]! < opaque || pixels[at + 3]! < opaque) continue
    const id = idOf.get((pixels[at]! << 16) | (pixels[at + 1]! << 8) | pixels[at + 2]!)
    if (id === undefined) waiting[i] = 255
    else ids[i] = id
  }
  const count = labelRest(ids, waiting, layer, side, idOf.size + 1)
  const filled = filledIds(ids, waiting, side)
  const counts = new Uint32Array(count)
  for (let i = 0; i < filled.length; i++) counts[filled[i]!]!++
  for (let i = 0; i < filled.length; i++) {
    if (counts[filled[i]!]! < smallest) filled[i] = 0
    waiting[i] = filled[i] === 0 ? 255 : 0
  }
  const whole = filledIds(filled, waiting, side)
  for (let i = 0; i < whole.length; i++) if (layer[4 * i + 3]! < opaque) whole[i] = 0
  mergeRegions(whole, count, layer, ink, side)
  return compact(whole, count)
}

function flatColored(root: SvgNode): { svg: SvgNode; idOf: Map<number, number> } {
  const idOf = new Map<number, number>()
  const next = (): string => {
    const id = idOf.size + 1
    // An odd factor: a bijection on 24 bits, and neighbors in paint order lie far apart.
    const color = Math.imul(id, 0x9e3779b1) & 0xffffff
    idOf.set(color, id)
    return `#${color.toString(16).padStart(6, '0')}`
  }
  const svg = rewriteShapes(root, (node, paint) => {
    const isBody = hasBody(paint)
    const hasLine = hasStroke(paint)
    if (!isBody && !hasLine) return []
    const attrs: Record<string, string> = { fill: isBody ? next() : 'none', 'shape-rendering': 'crispEdges' }
    if (hasLine) Object.assign(attrs, { stroke: next(), 'stroke-width': String(paint.strokeWidth) })
    return [repainted(node, attrs)]
  })
  return { svg, idOf }
}

/**
 * What the layer shows and no body covers (fades, filters, embedded images): each connected piece is a region, with ids from
 * `first` on. Returns the first id not given.
 */
function labelRest(
  ids: Uint32Array,
  waiting: Uint8Array,
  layer: Uint8Array,
  side: number,
  first: number,
): number {
  let id = first
  const isRest = (i: number): boolean => ids[i] === 0 && waiting[i] === 0 && layer[4 * i + 3]! >= opaque
  const stack: number[] = []
  for (let start = 0; start < ids.length; start++) {
    if (!isRest(start)) continue
    ids[start] = id
    stack.push(start)
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      const x = i % side
      for (const to of [x > 0 ? i - 1 : i, x < side - 1 ? i + 1 : i, i - side, i + side]) {
        if (to < 0 || to >= ids.length || !isRest(to)) continue
        ids[to] = id
        stack.push(to)
      }
    }
    id++
  }
  return id
}

function filledIds(ids: Uint32Array, waiting: Uint8Array, side: number): Uint32Array {
  const bytes = new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength)
  return new Uint32Array(fillFromNearest(bytes, waiting, side, side).buffer)
}

/** Ids 1, 2, 3 ... in order of appearance. */
function compact(ids: Uint32Array, count: number): Uint16Array | null {
  const order = new Uint16Array(count)
  let last = 0
  const out = new Uint16Array(ids.length)
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!
    if (id !== 0 && order[id] === 0) order[id] = ++last
    out[i] = order[id]!
  }
  return last > 0 ? out : null
}

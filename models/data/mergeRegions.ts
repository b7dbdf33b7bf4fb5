/**
 * Joins neighboring regions, in place, that the eye sees as one: the layer shows the same color on both sides of their border
 * and most of the border is free of ink.
 */
const sameColor = 14
const cleanShare = 0.7
const shortest = 6
/** Colors are compared this far from the border, where they are not blended. */
const reach = 2

interface Border {
  a: number
  b: number
  clean: number
  inked: number
  apart: number
}

/** `ids` are below `count`; `layer` is RGBA, `ink` 255 where ink was. */
export function mergeRegions(
  ids: Uint32Array,
  count: number,
  layer: Uint8Array,
  ink: Uint8Array,
  side: number,
): void {
  const parent = Uint32Array.from({ length: count }, (_, id) => id)
  const find = (id: number): number => {
    let root = id
    while (parent[root] !== root) root = parent[root]!
    return root
  }
  for (const { a, b, clean, inked, apart } of bordersOf(ids, layer, ink, side)) {
    if (clean < shortest || clean < cleanShare * (clean + inked) || apart > sameColor * clean) continue
    const [one, other] = [find(a), find(b)]
    parent[Math.max(one, other)] = Math.min(one, other)
  }
  for (let id = 0; id < count; id++) parent[id] = find(id)
  for (let i = 0; i < ids.length; i++) ids[i] = parent[ids[i]!]!
}

function bordersOf(ids: Uint32Array, layer: Uint8Array, ink: Uint8Array, side: number): Border[] {
  const borders = new Map<number, Border>()
  const look = (i: number, j: number, step: number, before: boolean, after: boolean): void => {
    if (ids[i] === ids[j]) return
    const a = Math.min(ids[i]!, ids[j]!)
    const b = Math.max(ids[i]!, ids[j]!)
    if (a === 0) return
    const key = a * 2 ** 26 + b
    let border = borders.get(key)
    if (border === undefined) borders.set(key, (border = { a, b, clean: 0, inked: 0, apart: 0 }))
    if (ink[i] !== 0 || ink[j] !== 0) {
      border.inked++
      return
    }
    border.clean++
    border.apart += distance(layer, before ? i - (reach - 1) * step : i, after ? j + (reach - 1) * step : j)
  }
  for (let y = 0, i = 0; y < side; y++) {
    for (let x = 0; x < side; x++, i++) {
      if (x < side - 1) look(i, i + 1, 1, x > 0, x < side - 2)
      if (y < side - 1) look(i, i + side, side, y > 0, y < side - 2)
    }
  }
  return [...borders.values()]
}

/** Sum of the absolute differences of red, green and blue. */
function distance(rgba: Uint8Array, i: number, j: number): number {
  let sum = 0
  for (let c = 0; c < 3; c++) sum += Math.abs(rgba[4 * i + c]! - rgba[4 * j + c]!)
  return sum
}

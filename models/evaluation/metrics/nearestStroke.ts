/** For every pixel near a stroke: which painted pixel is nearest. */

/** The number of the nearest pixel with `painted` not 0, or -1 where none lies within `reach` pixels (Euclidean, nearly exact). */
export function nearestPainted(painted: ArrayLike<number>, side: number, reach: number): Int32Array {
  const nearest = new Int32Array(side * side).fill(-1)
  const queue: number[] = []
  for (let at = 0; at < nearest.length; at++) {
    if (painted[at] === 0) continue
    nearest[at] = at
    queue.push(at)
  }
  // Neighbours hand on their nearest pixel (Danielsson 1980); wrong by less than a pixel, and only rarely.
  for (let read = 0; read < queue.length; read++) {
    const from = queue[read]!
    const source = nearest[from]!
    const x = from % side
    const y = Math.floor(from / side)
    for (let row = Math.max(0, y - 1); row <= Math.min(side - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(side - 1, x + 1); column++) {
        const to = row * side + column
        if (nearest[to] === source) continue
        const far = squaredDistance(to, source, side)
        if (far > reach * reach) continue
        if (nearest[to] !== -1 && squaredDistance(to, nearest[to]!, side) <= far) continue
        nearest[to] = source
        queue.push(to)
      }
    }
  }
  return nearest
}

function squaredDistance(a: number, b: number, side: number): number {
  const x = (a % side) - (b % side)
  const y = Math.floor(a / side) - Math.floor(b / side)
  return x * x + y * y
}

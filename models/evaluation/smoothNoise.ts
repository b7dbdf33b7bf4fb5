/** Smooth random fields: normal numbers on a coarse grid, joined smoothly. */
import type { Random } from './random.ts'

const smoothstep = (t: number) => t * t * (3 - 2 * t)

/** A field of `side` squared of standard deviation about 1, whose bumps are about `cell` pixels wide. */
export function smoothNoise(random: Random, side: number, cell: number): Float32Array {
  const columns = Math.floor(side / cell) + 2
  const grid = Float32Array.from({ length: columns * columns }, () => 1.6 * random.normal())
  const field = new Float32Array(side * side)
  for (let y = 0, at = 0; y < side; y++) {
    const row = Math.floor(y / cell)
    const down = smoothstep(y / cell - row)
    for (let x = 0; x < side; x++, at++) {
      const column = Math.floor(x / cell)
      const across = smoothstep(x / cell - column)
      const corner = row * columns + column
      const above = grid[corner]! * (1 - across) + grid[corner + 1]! * across
      const below = grid[corner + columns]! * (1 - across) + grid[corner + columns + 1]! * across
      field[at] = above * (1 - down) + below * down
    }
  }
  return field
}

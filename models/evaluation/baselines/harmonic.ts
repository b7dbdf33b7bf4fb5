/**
 * Solves for values on a grid of pixels that are the weighted mean of their neighbours, some given: conjugate gradients with
 * a symmetric Gauss-Seidel preconditioner (Golub, Van Loan, "Matrix Computations", section 11.5).
 */

export type Grid = {
  side: number
  /** Weight to the neighbour right, below left, below and below right; 0 where there is none. */
  ties: Float64Array[]
  /** Weight of a tie to zero that every pixel has. */
  pull: number
  /** 1 where the value is given. */
  fixed: Uint8Array
}

const MOST_STEPS = 80
/** Of the first residual. */
const TOLERANCE = 1e-3

/** Changes `values` (the given ones, and a first guess for the others) into the solution. */
export function solveHarmonic(grid: Grid, values: Float64Array): void {
  const { ties, fixed, side, pull } = grid
  const count = values.length
  const steps = [1, side - 1, side, side + 1]
  const diagonal = new Float64Array(count).fill(pull)
  for (let k = 0; k < 4; k++) {
    for (let at = 0; at < count; at++) {
      const tie = ties[k]![at]!
      if (tie === 0) continue
      diagonal[at]! += tie
      diagonal[at + steps[k]!]! += tie
    }
  }
  const [right, lowLeft, low, lowRight] = ties as [Float64Array, Float64Array, Float64Array, Float64Array]
  /** The weighted sum of the neighbours that come before (above and left) and after. */
  const before = (from: Float64Array, at: number) => {
    let sum = at >= 1 ? right[at - 1]! * from[at - 1]! : 0
    if (at >= side - 1) sum += lowLeft[at - side + 1]! * from[at - side + 1]!
    if (at >= side) sum += low[at - side]! * from[at - side]!
    if (at >= side + 1) sum += lowRight[at - side - 1]! * from[at - side - 1]!
    return sum
  }
  const after = (from: Float64Array, at: number) => {
    let sum = at + 1 < count ? right[at]! * from[at + 1]! : 0
    if (at + side - 1 < count) sum += lowLeft[at]! * from[at + side - 1]!
    if (at + side < count) sum += low[at]! * from[at + side]!
    if (at + side + 1 < count) sum += lowRight[at]! * from[at + side + 1]!
    return sum
  }
  const product = (from: Float64Array, to: Float64Array) => {
    for (let at = 0; at < count; at++) {
      to[at] = fixed[at] ? 0 : diagonal[at]! * from[at]! - before(from, at) - after(from, at)
    }
  }
  const precondition = (from: Float64Array, to: Float64Array) => {
    to.fill(0)
    for (let at = 0; at < count; at++) {
      if (!fixed[at]) to[at] = (from[at]! + before(to, at)) / diagonal[at]!
    }
    for (let at = count - 1; at >= 0; at--) {
      if (!fixed[at]) to[at]! += after(to, at) / diagonal[at]!
    }
  }
  const residual = new Float64Array(count)
  product(values, residual)
  for (let at = 0; at < count; at++) residual[at] = -residual[at]!
  const better = new Float64Array(count)
  precondition(residual, better)
  const direction = Float64Array.from(better)
  const moved = new Float64Array(count)
  let power = dot(residual, better)
  const enough = TOLERANCE * TOLERANCE * power
  for (let step = 0; step < MOST_STEPS && power > enough; step++) {
    product(direction, moved)
    const length = power / dot(direction, moved)
    for (let at = 0; at < count; at++) {
      values[at]! += length * direction[at]!
      residual[at]! -= length * moved[at]!
    }
    precondition(residual, better)
    const next = dot(residual, better)
    const keep = next / power
    power = next
    for (let at = 0; at < count; at++) direction[at] = better[at]! + keep * direction[at]!
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}

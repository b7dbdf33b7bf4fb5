/**
 * Lets a generator that draws from `Math.random` repeat itself: `work` runs at once with a seeded source in its place
 * (mulberry32), which is taken away again whatever happens.
 */
export function withSeed<Result>(seed: number, work: () => Result): Result {
  const usual = Math.random
  let state = seed >>> 0
  Math.random = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  try {
    return work()
  } finally {
    Math.random = usual
  }
}

/** Seeded random numbers (mulberry32): the same numbers in every run, so two evaluations measure the same strokes. */

export type Random = {
  /** 0 <= value < 1. */
  unit(): number
  /** A whole number, 0 <= value < below. */
  below(below: number): number
  between(low: number, high: number): number
  /** Normal, mean 0, standard deviation 1 (Box-Muller). */
  normal(): number
  chance(share: number): boolean
}

/** `parts` together name the sequence: a picture's id and a seed, for instance. */
export function randomOf(...parts: readonly (string | number)[]): Random {
  let state = hashOf(parts.join('|'))
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    unit,
    below: (below) => Math.floor(unit() * below),
    between: (low, high) => low + (high - low) * unit(),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    chance: (share) => unit() < share,
  }
}

/** A new list in random order. */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const list = [...items]
  for (let i = list.length - 1; i > 0; i--) {
    const other = random.below(i + 1)
    ;[list[i], list[other]] = [list[other]!, list[i]!]
  }
  return list
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

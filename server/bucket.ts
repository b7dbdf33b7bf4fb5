/** A token bucket: `burst` at once, `rate` a second in the long run. */
export type Bucket = {
  /** Takes `count` tokens, or none and returns false. */
  take(count?: number): boolean
  isEmpty(): boolean
  /** Gives tokens back that bought nothing. */
  giveBack(count?: number): void
  /** Nothing was taken for so long that a new bucket would be the same. */
  full(): boolean
}

export function openBucket(rate: number, burst: number, now: () => number = () => performance.now()): Bucket {
  let tokens = burst
  let last = now()
  const refill = () => {
    const time = now()
    tokens = Math.min(burst, tokens + ((time - last) * rate) / 1000)
    last = time
  }
  return {
    take(count = 1) {
      refill()
      if (tokens < count) return false
      tokens -= count
      return true
    },
    isEmpty() {
      refill()
      return tokens < 1
    },
    giveBack(count = 1) {
      tokens = Math.min(burst, tokens + count)
    },
    full() {
      refill()
      return tokens >= burst
    },
  }
}

const LEAST_SWEEP = 1000

/** One bucket a key (an address), forgotten when it is full again. */
export function openBuckets(rate: number, burst: number, now?: () => number) {
  const buckets = new Map<string, Bucket>()
  let sweepAt = LEAST_SWEEP
  return {
    of(key: string): Bucket {
      let bucket = buckets.get(key)
      if (!bucket) {
        if (buckets.size >= sweepAt) {
          for (const [other, each] of buckets) if (each.full()) buckets.delete(other)
          // Twice as many before the next one: a flood of new keys must not sweep each time.
          sweepAt = Math.max(LEAST_SWEEP, 2 * buckets.size)
        }
        buckets.set(key, (bucket = openBucket(rate, burst, now)))
      }
      return bucket
    },
  }
}

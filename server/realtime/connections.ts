/**
 * How many sockets of both channels an address holds, and how many it opens in ten seconds. Those are new connections, not
 * people: a page opens two, and after a restart everybody behind one address comes back at once.
 */
import { openBuckets } from '../bucket.ts'
import type { Limits } from '../config.ts'

export type Connections = {
  /** A place, to be given back once by calling what is returned; undefined when the address has none left. */
  take(address: string): (() => void) | undefined
  count(): number
}

export function openConnections(
  limits: Pick<Limits, 'connections' | 'connects'>,
  now?: () => number,
): Connections {
  const opened = openBuckets(limits.connects / 10, limits.connects, now)
  const held = new Map<string, number>()
  let all = 0
  return {
    take(address) {
      const count = held.get(address) ?? 0
      if (count >= limits.connections || !opened.of(address).take()) return undefined
      held.set(address, count + 1)
      all++
      let taken = true
      return () => {
        if (!taken) return
        taken = false
        all--
        const left = held.get(address)! - 1
        if (left === 0) held.delete(address)
        else held.set(address, left)
      }
    },
    count: () => all,
  }
}

/**
 * Which engine the next colorist gets: the best one until it failed, then the next. There is no way back up: an engine that failed
 * once fails again, and rooms would wait each time.
 */
import type { EngineName } from '../../models/engines/engine.ts'

/** Colorists that ended one after the other without an answer: it is the engine then, not a page that none survives. */
const DEATHS = 3

export type EngineLadder = ReturnType<typeof engineLadder>

export function engineLadder(engines: readonly EngineName[]) {
  let at = 0
  let deaths = 0

  function step(): EngineName | undefined {
    if (at + 1 >= engines.length) return undefined
    deaths = 0
    return engines[++at]
  }

  return {
    current: () => engines[at]!,
    hasNext: () => at + 1 < engines.length,
    answered(): void {
      deaths = 0
    },
    /** A colorist is gone; undefined: nobody knows why. The engine that takes over from now on, if one does. */
    died(isEngineAtFault: boolean | undefined): EngineName | undefined {
      if (isEngineAtFault === false) return undefined
      deaths++
      return isEngineAtFault || deaths >= DEATHS ? step() : undefined
    },
  }
}

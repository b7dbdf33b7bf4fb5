/**
 * Whose color the open paper around a drawing has. Nobody's hint: white. Hints of one color: theirs, by being spread. Hints of several
 * colors: what lies openly belongs to the most open of them, so that a shirt that is open below does not share the page with
 * the sky; the others have what is less open.
 */
import { RAYS } from './openness.ts'
import type { Regions } from './regions.ts'

const WHITE = 0xffffffff
/** From so many free rays (openness.ts) on, paper lies openly. */
const OPENLY = 8

type Claim = { color: number; open: number; isContested: boolean }

export class PaperClaims {
  readonly #regions: Regions
  readonly #claims: (Claim | undefined)[]

  constructor(regions: Regions) {
    this.#regions = regions
    this.#claims = Array.from(regions.isPaper, (isPaper) =>
      isPaper === 1 ? { color: WHITE, open: -1, isContested: false } : undefined,
    )
  }

  /** A hint of this color lies on the pixels from `start` to before `end`, all of one region. */
  hint(start: number, end: number, color: number): void {
    const { ids, openness } = this.#regions
    const claim = this.#claims[ids[start]!]
    if (!claim) return
    if (claim.open >= 0 && claim.color !== color) claim.isContested = true
    for (let at = start; at < end; at++) {
      if (openness[at]! <= claim.open) continue
      claim.open = openness[at]!
      claim.color = color
    }
  }

  /**
   * By region: the color claimed as a raster pixel, and from how many free rays on a pixel has it (more than there are where it
   * is to be spread to). Undefined when nothing is claimed.
   */
  settled(): { colors: Uint32Array; least: Uint8Array } | undefined {
    const colors = Uint32Array.from(this.#claims, (claim) => claim?.color ?? 0)
    const least = Uint8Array.from(this.#claims, (claim) => (claim ? leastOf(claim) : NEVER))
    return least.every((rays) => rays === NEVER) ? undefined : { colors, least }
  }
}

const NEVER = RAYS + 1

function leastOf({ open, isContested }: Claim): number {
  if (open < 0) return 0
  return isContested && open >= OPENLY ? OPENLY : NEVER
}

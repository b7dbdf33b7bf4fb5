/**
 * Whose color the open paper around a drawing has. Nobody's hint: white. Hints that all lie openly, or are of one color: theirs, by
 * being spread. One color that lies openly and others that do not: what lies openly belongs to it, so that a shirt that is open
 * below does not share the page with the sky; the others have what is less open.
 */
import { RAYS } from './openness.ts'
import { pixelOf } from './raster.ts'
import type { Regions } from './regions.ts'

/** The color of paper nobody hinted, as a raster pixel. */
export const UNHINTED_PAPER = pixelOf(0xffffff)
/** From so many free rays (openness.ts) on, paper lies openly. */
const OPENLY = 8

/** The most open hint's color and openness, and the openness of the most open hint of another color; -1 without any. */
type Claim = { color: number; open: number; others: number }

export class PaperClaims {
  readonly #regions: Regions
  readonly #claims: (Claim | undefined)[]

  constructor(regions: Regions) {
    this.#regions = regions
    this.#claims = Array.from(regions.isPaper, (isPaper) =>
      isPaper === 1 ? { color: UNHINTED_PAPER, open: -1, others: -1 } : undefined,
    )
  }

  /** A hint of this color lies on the pixels from `start` to before `end`, all of one region. */
  hint(start: number, end: number, color: number): void {
    const { ids, openness } = this.#regions
    const claim = this.#claims[ids[start]!]
    if (!claim) return
    let open = -1
    for (let at = start; at < end; at++) open = Math.max(open, openness[at]!)
    if (color === claim.color) {
      claim.open = Math.max(claim.open, open)
    } else if (open > claim.open) {
      claim.others = Math.max(claim.others, claim.open)
      claim.open = open
      claim.color = color
    } else claim.others = Math.max(claim.others, open)
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

function leastOf({ open, others }: Claim): number {
  if (open < 0) return 0
  return open >= OPENLY && others >= 0 && others < OPENLY ? OPENLY : NEVER
}

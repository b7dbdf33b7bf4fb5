/**
 * What of a page is looked at: one picture all over the screen, or two beside each other with a border between them, and the layers
 * over them. Pure; what each of them looks like is the scene's.
 */

/** The newest of both stages, drafts alone, one color a region, or no color. */
export const looks = ['refined', 'draft', 'flats', 'lines'] as const
export type Colors = (typeof looks)[number]

/** What one side of a comparison can show: also the hints on bare paper. */
export const sideLooks = ['draft', 'refined', 'flats', 'hints', 'lines'] as const
export type SideLook = (typeof sideLooks)[number]

/** `at`: where the border stands, in shares of the screen's width. */
export type Comparison = { left: SideLook; right: SideLook; at: number }

export type Sight = {
  colors: Colors
  comparison: Comparison | null
  /** Layers that are shown; of a comparison each side says itself what it shows. */
  color: boolean
  hints: boolean
  /** How opaque hints that are painted are, of 1; beside strokes whose pens are down. */
  strength: number
}

/** A part of the screen from `from` to `to` (shares of its width) and what it shows. */
export type Part = { look: SideLook; from: number; to: number; hints: boolean }

export function partsOf({ colors, comparison, color, hints }: Sight): Part[] {
  if (!comparison) return [{ look: color ? colors : 'lines', from: 0, to: 1, hints }]
  const { left, right, at } = comparison
  return [
    { look: left, from: 0, to: at, hints: left === 'hints' },
    { look: right, from: at, to: 1, hints: right === 'hints' },
  ]
}

/**
 * The picture that is the last to show a stroke, of those in sight: until then the preview stands for the stroke. Flats are made
 * of refined pictures, which follow drafts.
 */
export function slowestOf(sight: Sight): Colors {
  const shown = new Set(partsOf(sight).map(({ look }) => look))
  return (['flats', 'draft', 'refined'] as const).find((look) => shown.has(look)) ?? 'lines'
}

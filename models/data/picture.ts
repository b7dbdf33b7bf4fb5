/** One colored picture on its way to a training tile. `key` is what must not lie in two splits at once. */
export interface Picture {
  /** Unique within its source. */
  id: string
  source: string
  key: string
  use: 'train' | 'heldout'
  /** Where the colors come from; `black` is the artist's own line drawing, aligned with it. */
  art: { kind: 'svg'; svg: string; black?: string } | { kind: 'raster'; file: string }
}

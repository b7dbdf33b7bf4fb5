/** One colored picture on its way to a training tile. `key` is what must not lie in two splits at once. */
export interface Picture {
  /** Unique within its source. */
  id: string
  source: string
  key: string
  use: PictureUse
  /**
   * Where the colors come from; `black` is the artist's own line drawing, aligned with it. A `lossy` raster (JPEG, WebP)
   * has freckles around its outlines.
   */
  art: { kind: 'svg'; svg: string; black?: string } | { kind: 'raster'; bytes: Uint8Array; lossy: boolean }
}

/** 'generated': pictures of one generator share their parts, so all of them train. */
export type PictureUse = 'train' | 'generated' | 'heldout'

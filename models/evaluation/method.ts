/** A way to color a page from hints: the networks, or what they are measured against. */
import type { RgbPicture } from '../../shared/picture.ts'
import type { Picture } from './picture.ts'
import type { Hint } from './hints.ts'

/** A picture with its first hints painted: `pixels` as shared/raster.ts paints them, 0 where nothing is. `side` squared. */
export type Scene = { picture: Picture; hints: readonly Hint[]; pixels: Uint32Array }

export const methodNames = [
  'refined',
  'exact',
  'flats',
  'draft',
  'map',
  'gmic',
  'levin',
  'fill-nearest',
  'fill',
  'seed',
  'white',
] as const
export type MethodName = (typeof methodNames)[number]

export const methodTitles: Record<MethodName, string> = {
  refined: 'Nurie, refined',
  exact: 'Nurie, refined, exact colors',
  flats: 'Nurie, flats',
  draft: 'Nurie, draft',
  map: 'hint map alone',
  gmic: "G'MIC colorize lineart",
  levin: 'Levin 2004',
  'fill-nearest': 'bucket fill, rest nearest',
  fill: 'bucket fill, rest white',
  seed: "the seed's recipe",
  white: 'white page',
}

/** What other people's tools and hands do; the hint map is ours. */
export const outsideNames: readonly MethodName[] = ['gmic', 'levin', 'fill-nearest', 'fill', 'seed', 'white']

/** Color layers (without lines) at the picture's side or at the compared one, by the method's name. */
export type Layers = Partial<Record<MethodName, RgbPicture>>

export type Method = {
  names: readonly MethodName[]
  /** A slow one runs on the first seed of the first pictures only. */
  slow: boolean
  /** A program of its own: it runs while the networks do. */
  isBeside?: boolean
  color(scene: Scene): Promise<Layers>
}

/** The seed's networks answer with the whole picture; all others with a layer to put under the lines. */
export const drawsLines = (name: MethodName) => name === 'seed'

export const whitePage = (side: number): RgbPicture => ({
  width: side,
  height: side,
  rgb: new Uint8Array(3 * side * side).fill(255),
})

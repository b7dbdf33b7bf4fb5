/** A picture's truth as everything is measured on, at the compared side (256), worked out once a picture. */
import type { RgbPicture } from '../../shared/picture.ts'
import { labOf, type Lab } from './metrics/lab.ts'
import { patternOf, type Pattern } from './metrics/checkerboard.ts'
import { gradientsOf, type Gradients } from './metrics/gradientSimilarity.ts'
import { shadedRegions } from './metrics/shading.ts'
import { structureOf, type Structure } from './metrics/ssim.ts'
import { compared, COMPARED_SIDE, comparedRgb, PAPER_INK, underInk, type Picture } from './picture.ts'

export type Canvas = {
  picture: Picture
  ink: Uint8Array
  /** 1 on clean paper, where colors are compared. */
  paper: Uint8Array
  /** The true layer, and the same under the lines, which is what people see. */
  layer: RgbPicture
  seen: RgbPicture
  layerLab: Lab
  seenLab: Lab
  structure: Structure
  gradients: Gradients
  /** Of the true layer at the picture's own side. */
  pattern: Pattern
  /** Regions whose true shading can be compared. */
  regions: Int32Array[]
}

export function canvasOf(picture: Picture): Canvas {
  const ink = compared(picture.ink, picture.side, 1)
  const paper = ink.map((value) => (value < PAPER_INK ? 1 : 0))
  const layer = comparedRgb(picture.truth)
  const seen = comparedRgb(underInk(picture.truth, picture.ink))
  const layerLab = labOf(layer.rgb)
  const seenLab = labOf(seen.rgb)
  return {
    picture,
    ink,
    paper,
    layer,
    seen,
    layerLab,
    seenLab,
    structure: structureOf(seen),
    gradients: gradientsOf(seenLab, COMPARED_SIDE),
    pattern: patternOf(picture.truth, picture.ink),
    regions: shadedRegions(layerLab, paper, layer.width),
  }
}

/** A result on the canvas: its layer and what people see of it. */
export type Shown = { layer: RgbPicture; seen: RgbPicture; layerLab: Lab; seenLab: Lab; own: RgbPicture }

/** `own`: a color layer at the picture's side or the compared one. `isWhole`: it holds the lines already. */
export function shownOn({ picture, ink }: Canvas, own: RgbPicture, isWhole: boolean): Shown {
  const layer = comparedRgb(own)
  let seen = layer
  if (!isWhole)
    seen = own.width === picture.side ? comparedRgb(underInk(own, picture.ink)) : underInk(layer, ink)
  return { own, layer, seen, layerLab: labOf(layer.rgb), seenLab: labOf(seen.rgb) }
}

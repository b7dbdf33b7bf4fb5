/**
 * Line art of whatever drawing somebody brings, without asking: a photo or a scan cleaned, of a colored picture its lines, white lines on
 * black turned around. Line art that is clean comes out as it would anyway. What the page asks a person about (client/importing) is done here
 * for programs: `POST /api/rooms?clean=true`, `POST /api/color`, `npm run color -- --clean`.
 */
import { analyzeLines, inverted } from '../shared/lineAnalysis.ts'
import { cleanLines } from '../shared/lineCleaning.ts'
import type { GreyPage } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { onPaper } from '../shared/transparentDrawing.ts'
import { decodeHints, decodeSketch } from './image.ts'

/**
 * `strength`: 0 light .. 1 strong. `maxSide`: a larger picture is brought down to it.
 * @throws Refusal as decodeSketch does, and `no-lines`, `too-dark`
 */
export async function decodeCleanSketch(
  bytes: Uint8Array,
  { maxSide, strength }: { maxSide?: number; strength?: number } = {},
): Promise<GreyPage> {
  const { isRedrawn, ...picture } = onPaper(await decodeHints(bytes, maxSide))
  const { kind } = analyzeLines(picture)
  const options = strength === undefined ? {} : { strength }
  switch (kind) {
    case 'no-lines':
    case 'too-dark':
      throw new Refusal(kind)
    case 'clean':
      return isRedrawn ? firstChannel(picture) : decodeSketch(bytes, maxSide)
    case 'drawing':
      return cleanLines(picture, options)
    case 'colored':
      return cleanLines(picture, { ...options, isColored: true })
    case 'inverted':
      return cleanLines(inverted(picture), options)
  }
}

/** Of a picture that is grey already. */
function firstChannel({ width, height, rgb }: { width: number; height: number; rgb: Uint8Array }): GreyPage {
  const grey = new Uint8Array(width * height)
  for (let at = 0; at < grey.length; at++) grey[at] = rgb[3 * at]!
  return { width, height, grey }
}

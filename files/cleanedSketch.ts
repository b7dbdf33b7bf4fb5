/**
 * A photo or scan of a drawing, or an already colored picture, as line art: what shared/lineAnalysis.ts takes it for decides how it is
 * cleaned. Line art that is clean is left as it is, bit for bit, and so is the line layer of a file with layers. What the page asks a person
 * about (client/importing) is done here for programs.
 */
import { fileKindOf } from '../shared/fileKind.ts'
import { analyzeLines, inverted } from '../shared/lineAnalysis.ts'
import { cleanLines } from '../shared/lineCleaning.ts'
import type { GreyPage } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { onPaper } from '../shared/transparentDrawing.ts'
import { decodeDrawing } from './drawing.ts'
import { decodeHints, decodeSketch } from './image.ts'

/** The page at the picture's own size; with `maxSide`, a larger one is brought down to it. @throws Refusal, also `no-lines` and `too-dark` */
export async function decodeCleaned(bytes: Uint8Array, maxSide?: number): Promise<GreyPage> {
  const fileKind = fileKindOf(bytes)
  if (fileKind === 'psd' || fileKind === 'ora') return decodeDrawing(bytes, maxSide)
  const { isRedrawn, ...picture } = onPaper(await decodeHints(bytes, maxSide))
  const { kind } = analyzeLines(picture)
  switch (kind) {
    case 'clean':
      return isRedrawn ? cleanLines(picture) : decodeSketch(bytes, maxSide)
    case 'drawing':
      return cleanLines(picture)
    case 'colored':
      return cleanLines(picture, { isColored: true })
    case 'inverted':
      return cleanLines(inverted(picture))
    case 'no-lines':
    case 'too-dark':
      throw new Refusal(kind)
  }
}

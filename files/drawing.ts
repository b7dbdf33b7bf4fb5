/** A drawing as grey pixels, whatever kind of file it came as: a picture (image.ts), or one with layers. */
import type { GreyPage } from '../shared/picture.ts'
import { fileKindOf } from '../shared/fileKind.ts'
import { decodeSketch, resizedWithin } from './image.ts'
import { decodeOra } from './oraReading.ts'
import { decodePsd } from './psdReading.ts'

/** Upright, on white paper; with `maxSide`, a larger one is brought down to it. @throws Refusal */
export async function decodeDrawing(bytes: Uint8Array, maxSide?: number): Promise<GreyPage> {
  switch (fileKindOf(bytes)) {
    case 'psd':
      return resizedWithin(await decodePsd(bytes), maxSide)
    case 'ora':
      return resizedWithin(await decodeOra(bytes), maxSide)
    default:
      return decodeSketch(bytes, maxSide)
  }
}

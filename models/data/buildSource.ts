/**
 * Builds one source's pack: judges every picture, keeps the first of each group of near-duplicates, draws the tiles in the
 * pictures' order (so that the same source gives the same bytes). `done` is told the share of the work each step was.
 */
import { isSample } from './collect.ts'
import { type Crew, inOrder } from './crew.ts'
import { isSameDrawing } from './differenceHash.ts'
import { openPack, type Pack } from './pack.ts'
import type { Source } from './packages.ts'
import type { Picture } from './picture.ts'
import { splitOf } from './split.ts'

/** Judging takes this part of a picture's whole work. */
const judgingPart = 0.2

interface Kept {
  picture: Picture
  hash: Uint8Array
}

export async function buildSource(
  source: Source,
  pictures: readonly Picture[],
  base: string,
  crew: Crew,
  done: (pictures: number) => void,
  open: typeof openPack = openPack,
): Promise<Pack> {
  const kept: Kept[] = []
  await inOrder(pictures, 2 * crew.atOnce, crew.judge, (picture, judgement) => {
    const isGenerated = picture.use === 'generated'
    const isWanted =
      judgement?.fit === true &&
      (isGenerated || !kept.some(({ hash }) => isSameDrawing(hash, judgement.hash)))
    if (isWanted) kept.push({ picture, hash: judgement.hash })
    done(isWanted ? judgingPart : 1)
  })
  const wanted = kept.filter(({ picture }) => !isSample(picture))
  done((1 - judgingPart) * (kept.length - wanted.length))
  const pack = await open(base, source.sha256)
  let count = 0
  try {
    await inOrder(
      wanted,
      crew.atOnce,
      ({ picture }) => crew.draw(picture),
      async ({ picture, hash }, tile) => {
        done(1 - judgingPart)
        if (tile === null) return
        const { id, key, use } = picture
        const facts = { id, key, split: splitOf(key, use) }
        await pack.add(use === 'generated' ? facts : { ...facts, hash: hexOf(hash) }, tile)
        count++
      },
    )
    if (count === 0)
      throw new Error(`${source.name} gave no picture: delete its unpacked package to fetch it again.`)
  } catch (error) {
    await pack.abandon()
    throw error
  }
  return pack.finish()
}

/** One hex digit for four bits. */
export function hexOf(hash: Uint8Array): string {
  let text = ''
  for (let i = 0; i < hash.length; i += 4) {
    text += ((hash[i]! << 3) | (hash[i + 1]! << 2) | (hash[i + 2]! << 1) | hash[i + 3]!).toString(16)
  }
  return text
}

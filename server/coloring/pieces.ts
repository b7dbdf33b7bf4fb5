/**
 * Pictures that a colorist makes in pieces, so that whatever else it is asked goes first: a piece waits until the colorist rests,
 * but not for ever. One picture after the other, for each needs memory.
 */
import type { RgbPicture } from '../../shared/picture.ts'
import type { ToColorist } from './colorist.ts'
import type { Keeper } from './keeper.ts'

/** The longest that a piece waits: rooms may be drawn in without pause. */
const WAIT_MS = 250

export function openPieces({ ask, isAsked }: Pick<Keeper, 'ask' | 'isAsked'>) {
  let last: Promise<unknown> = Promise.resolve()
  let look = () => {}

  function rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, WAIT_MS)
      look = () => {
        if (isAsked()) return
        clearTimeout(timer)
        resolve()
      }
      // The scheduler goes first when a run has ended.
      setImmediate(() => look())
    })
  }

  return {
    /**
     * `first` begins the picture; `framed` hears of pictures on the way to it; `around` does what has to be done right before it begins.
     * The flats come with what has some.
     */
    make(
      first: (id: number) => ToColorist,
      framed?: (frame: Uint8Array) => void,
      around: <T>(begin: () => Promise<T>) => Promise<T> = (begin) => begin(),
    ): Promise<RgbPicture & { flats?: RgbPicture }> {
      const picture = last.then(async () => {
        const begun = await around(() => ask('layer', first, { isLong: true }))
        let made = begun.layer
        while (!made) {
          await rest()
          const piece = await ask('layer', (id) => ({ kind: 'piece', id, pass: begun.id }), { isLong: true })
          if (piece.frame) framed?.(piece.frame)
          made = piece.layer
        }
        return { ...made, ...(begun.flats && { flats: begun.flats }) }
      })
      last = picture.catch(() => {})
      return picture
    },
    /** To be called whenever the colorist may have come to rest. */
    look: () => look(),
  }
}

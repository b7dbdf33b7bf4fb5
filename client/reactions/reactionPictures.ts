/** The reactions as pictures: not every device has them as letters, and none has the same. */
import type { Emoji } from '../../shared/reactions.ts'
import heart from './heart.svg?no-inline'
import laugh from './laugh.svg?no-inline'
import party from './party.svg?no-inline'
import sparkles from './sparkles.svg?no-inline'
import thumbsUp from './thumbsUp.svg?no-inline'
import wow from './wow.svg?no-inline'

export const reactionPictures: Readonly<Record<Emoji, string>> = {
  '❤️': heart,
  '👍': thumbsUp,
  '✨': sparkles,
  '😂': laugh,
  '😮': wow,
  '🎉': party,
}

/** A process of the crew: says 'ready', then answers each job with its result; a failed picture is null. */
import sharp from 'sharp'

import type { Picture } from './picture.ts'
import { drawTile, judge } from './pictureWork.ts'

export interface Job {
  id: number
  step: 'judge' | 'draw'
  picture: Picture
}

export type Answer = 'ready' | { id: number; result: unknown }

sharp.cache(false)
sharp.concurrency(1)
// The builder decides when work ends: an interrupt on the terminal reaches its processes, too.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
process.on('message', ({ id, step, picture }: Job) => {
  void (step === 'judge' ? judge(picture) : drawTile(picture))
    .catch(() => null)
    .then((result) => say({ id, result }))
})
say('ready')

function say(answer: Answer): void {
  process.send?.(answer)
}

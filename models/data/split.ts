/**
 * Decides where a picture goes by its key alone, so that pictures of one concept never lie in two splits: 5 of 100 keys
 * validate, 10 test, the rest train. Held-out styles only ever test ("style"); generated pictures only ever train.
 */
import { createHash } from 'node:crypto'

import type { PictureUse } from './picture.ts'

export type Split = 'train' | 'val' | 'test' | 'style'

export function splitOf(key: string, use: PictureUse): Split {
  if (use === 'heldout') return 'style'
  if (use === 'generated') return 'train'
  const slot = createHash('sha256').update(key).digest().readUInt32BE(0) % 100
  return slot < 5 ? 'val' : slot < 15 ? 'test' : 'train'
}

const fillers = new Set(
  (
    'man men woman women boy girl boys girls male female person people adult old older young ' +
    'with of the and a in one two three four first second light medium dark skin tone black white'
  ).split(' '),
)

/** What an emoji shows, whoever drew it: its name without gender, age, skin tone and number words. */
export function conceptOf(name: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '' && !fillers.has(word))
  return words.length > 0 ? words.sort().join('-') : name.toLowerCase()
}

/** The series a clip-art file belongs to: its name without the trailing number. */
export function seriesOf(name: string): string {
  return name.replace(/\.svgz?$/, '').replace(/[\d._]+$/, '')
}

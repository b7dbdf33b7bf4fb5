/** Emoji as pictures: the Iconify sets, and OpenMoji with its own black drawings. Keys are concepts, across all sets. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Picture } from './picture.ts'
import { conceptOf } from './split.ts'

const noPictures =
  /flag|keycap|clock|button|letter|arrow|square|skin-tone|input-|regional|-(medium-light|medium-dark|medium|light|dark)(-|$)|^(a|b|o|ab|cl|id|ng|ok|sos|up|vs|cool|free|new)-?(button)?$|zodiac|japanese-|heavy-|multiplication|copyright|registered|trade-mark|circle|sign$/

interface IconSet {
  icons: Record<
    string,
    { body: string; width?: number; height?: number; left?: number; top?: number; hidden?: boolean }
  >
  width?: number
  height?: number
}

export async function collectIcons(
  root: string,
  source: string,
  use: 'train' | 'heldout',
): Promise<Picture[]> {
  const set = JSON.parse(await readFile(path.join(root, 'icons.json'), 'utf8')) as IconSet
  const pictures: Picture[] = []
  for (const [name, icon] of Object.entries(set.icons)) {
    if (icon.hidden === true || noPictures.test(name)) continue
    const width = icon.width ?? set.width ?? 16
    const height = icon.height ?? set.height ?? 16
    const box = `${icon.left ?? 0} ${icon.top ?? 0} ${width} ${height}`
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${icon.body}</svg>`
    pictures.push({ id: name, source, key: `emoji:${conceptOf(name)}`, use, art: { kind: 'svg', svg } })
  }
  return pictures
}

interface OpenmojiEntry {
  hexcode: string
  annotation: string
  group: string
  skintone: string | number
}

export async function collectOpenmoji(root: string): Promise<Picture[]> {
  const entries = JSON.parse(await readFile(path.join(root, 'data/openmoji.json'), 'utf8')) as OpenmojiEntry[]
  const pictures: Picture[] = []
  for (const { hexcode, annotation, group, skintone } of entries) {
    const isOdd = ['flags', 'symbols', 'extras-unicode'].includes(group) || String(skintone) !== ''
    const color = path.join(root, 'color/svg', `${hexcode}.svg`)
    const black = path.join(root, 'black/svg', `${hexcode}.svg`)
    if (isOdd || noPictures.test(annotation) || !existsSync(color) || !existsSync(black)) continue
    const art = {
      kind: 'svg' as const,
      svg: await readFile(color, 'utf8'),
      black: await readFile(black, 'utf8'),
    }
    pictures.push({
      id: hexcode,
      source: 'openmoji',
      key: `emoji:${conceptOf(annotation)}`,
      use: 'train',
      art,
    })
  }
  return pictures
}

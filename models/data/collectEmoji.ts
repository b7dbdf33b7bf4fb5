/** Emoji as pictures: the Iconify sets, and OpenMoji with its own black drawings. Keys are concepts, across all sets. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Picture } from './picture.ts'
import { isPictureName } from './emojiNames.ts'
import { conceptOf } from './split.ts'

/** OpenMoji's additions of no use: brands, interfaces, signs. */
const noPictureGroups =
  /^(flags|symbols|extras-unicode)\/|^extras-openmoji\/(brand|ui-element|interaction|symbol|queer-symbols|emergency|technology|flags)/

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
    if (icon.hidden === true || !isPictureName(name)) continue
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
  subgroups: string
  skintone: string | number
}

export async function collectOpenmoji(root: string): Promise<Picture[]> {
  const entries = JSON.parse(await readFile(path.join(root, 'data/openmoji.json'), 'utf8')) as OpenmojiEntry[]
  const pictures: Picture[] = []
  for (const { hexcode, annotation, group, subgroups, skintone } of entries) {
    const isOdd = noPictureGroups.test(`${group}/${subgroups}`) || String(skintone) !== ''
    const color = path.join(root, 'color/svg', `${hexcode}.svg`)
    const black = path.join(root, 'black/svg', `${hexcode}.svg`)
    if (isOdd || !isPictureName(annotation) || !existsSync(color) || !existsSync(black)) continue
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

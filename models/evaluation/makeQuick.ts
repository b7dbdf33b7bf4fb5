/**
 * `node --import tsx models/evaluation/makeQuick.ts`: writes the quick subset's pictures (quick/) from the tiles, at 256 pixels.
 * Run once; what it wrote is committed. Only art in the public domain, under MIT or CC BY is taken, from held-out pictures.
 */
import { writeFile } from 'node:fs/promises'
import { allSources } from '../data/packages.ts'
import { decodeHints, decodeSketch, encodeGreyPng, encodeRgbaPng } from '../../files/image.ts'
import { compared, COMPARED_SIDE } from './picture.ts'
import type { QuickEntry } from './quick.ts'
import { readTiles, tilePngs } from './tilePack.ts'

/** By package: the pictures taken from it. */
const chosen: [source: string, id: string][] = [
  ['openclipart-svg', 'animals.mammals.dog_on_leash_gerald_g._01'],
  ['openclipart-svg', 'food.beverages.a_teapot_01'],
  ['@iconify-json/fluent-emoji-flat', 'man-singer'],
  ['@iconify-json/twemoji', 'person-in-steamy-room'],
  ['@dicebear/personas', '40'],
  ['@dicebear/toon-head', '9'],
  ['renpy-thequestion', 'sylvie-blue-giggle'],
]

const folder = new URL('quick/', import.meta.url)
const tiles = await readTiles()
const entries: QuickEntry[] = []
for (const [packageName, id] of chosen) {
  const pack = packageName.replace(/^@/, '').replace('/', '-')
  const tile = tiles.find((candidate) => candidate.source === pack && candidate.id === id)
  const source = allSources.find(({ name }) => name === packageName)
  if (!tile || !source || tile.split === 'train' || tile.split === 'val')
    throw new Error(`${packageName} holds no ${id} to test with`)
  const { layer, ink } = await tilePngs(tile)
  const { width: side, rgba } = await decodeHints(layer)
  const { grey } = await decodeSketch(ink)
  const name = `${pack}-${id}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const size = { width: COMPARED_SIDE, height: COMPARED_SIDE }
  await writeFile(
    new URL(`${name}.layer.png`, folder),
    await encodeRgbaPng({ ...size, rgba: compared(rgba, side, 4) }),
  )
  await writeFile(
    new URL(`${name}.ink.png`, folder),
    await encodeGreyPng({ ...size, grey: compared(grey, side, 1) }),
  )
  entries.push({ name, source: pack, id, licence: source.licence, attribution: source.attribution })
}
await writeFile(new URL('pictures.json', folder), `${JSON.stringify(entries, null, 2)}\n`)

/** The set that `npm run data` built (models/data/tileSet.ts), opened picture by picture. */
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Span } from '../data/pack.ts'
import { readSet, tilesOf, type ListedTile } from '../data/tileSet.ts'
import { decodeSketch } from '../../files/image.ts'
import { pictureOf, type Picture } from './picture.ts'

const folder = new URL('../data/cache/tiles/', import.meta.url)

/** Every tile of the set. @throws Error with a sentence when there is no whole set. */
export async function readTiles(): Promise<ListedTile[]> {
  const path = fileURLToPath(folder)
  return tilesOf(path, await readSet(path))
}

/** The drawing an artist would hand over: rewritten vectors, else the picture's own lines, else those found in it. */
const lineKinds = ['vector', 'own', 'dog']

export async function openTile(tile: ListedTile): Promise<Picture> {
  const { layer, ink } = await tilePngs(tile)
  return pictureOf({ id: tile.id, source: tile.source }, layer, ink)
}

/** A painted picture, whose own lines are sparse: together with the edges of its colors they are a whole drawing. */
export async function openPainted(tile: ListedTile): Promise<Picture> {
  const { layer, ink } = await tilePngs(tile, 'own')
  const edges = await decodeSketch((await tilePngs(tile, 'dog')).ink)
  const picture = await pictureOf({ id: tile.id, source: tile.source }, layer, ink)
  return { ...picture, ink: picture.ink.map((value, at) => Math.max(value, edges.grey[at]!)) }
}

/** A tile's color layer and a line drawing of it, the first of `kinds` it has, as they lie in the pack. */
export async function tilePngs({ id, source, layer, lines }: ListedTile, ...kinds: string[]) {
  const order = kinds.length > 0 ? kinds : lineKinds
  const line = order.flatMap((kind) => lines.filter((other) => other.kind === kind))[0]
  if (!line) throw new Error(`${source} ${id} has no line drawing`)
  const pack = await open(new URL(`${source}.pack`, folder))
  const read = async ([at, length]: Span) => {
    const { buffer } = await pack.read(new Uint8Array(length), 0, length, at)
    return buffer
  }
  try {
    return { layer: await read(layer), ink: await read(line.at) }
  } finally {
    await pack.close()
  }
}

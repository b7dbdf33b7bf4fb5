/** The two steps of work a picture needs, each on its own: judging it by a thumbnail, and making its encoded tile. */
import sharp from 'sharp'

import { differenceHash } from './differenceHash.ts'
import type { Picture } from './picture.ts'
import { type Refusal, refusalOf, thumbnailSide } from './pictureFilter.ts'
import { thumbnailOf, type Tile, tileOf, tileSide } from './tile.ts'

export type Judgement = { fit: true; hash: Uint8Array } | { fit: false; why: Refusal | 'unreadable' }

/** PNGs: the layer has 4 channels, lines 1 of 8 bits, regions 1 of 8 or 16 bits. */
export interface EncodedTile {
  inked: boolean
  layer: Uint8Array
  lines: { kind: Tile['lines'][number]['kind']; ink: Uint8Array }[]
  regions: Uint8Array | null
}

export async function judge(picture: Picture): Promise<Judgement> {
  const thumbnail = await thumbnailOf(picture, thumbnailSide)
  if (thumbnail === null) return { fit: false, why: 'empty' }
  const why = refusalOf(thumbnail)
  return why === null ? { fit: true, hash: differenceHash(thumbnail, thumbnailSide) } : { fit: false, why }
}

/** Null when nothing of the picture is left without its ink. */
export async function drawTile(picture: Picture): Promise<EncodedTile | null> {
  const tile = await tileOf(picture)
  if (tile === null) return null
  const { inked, layer, lines, regions } = tile
  return {
    inked,
    layer: await png(layer, 4),
    lines: await Promise.all(lines.map(async ({ kind, ink }) => ({ kind, ink: await png(ink, 1) }))),
    regions: regions === null ? null : await regionsPng(regions),
  }
}

function png(data: Uint8Array, channels: 1 | 4): Promise<Buffer> {
  const image = sharp(data, { raw: { width: tileSide, height: tileSide, channels } })
  return (channels === 1 ? image.toColourspace('b-w') : image).png({ compressionLevel: 2 }).toBuffer()
}

function regionsPng(regions: Uint16Array): Promise<Buffer> {
  const raw = { raw: { width: tileSide, height: tileSide, channels: 1 as const } }
  const isSmall = regions.every((id) => id < 256)
  const image = isSmall
    ? sharp(Uint8Array.from(regions), raw).toColourspace('b-w')
    : sharp(regions, raw).toColourspace('grey16')
  return image.png({ compressionLevel: 6 }).toBuffer()
}

/**
 * A source's tiles in one file: PNGs one after the other, and a JSON that says where each lies. Written beside their final
 * names and renamed when whole, the JSON last: a JSON that exists promises a whole pack.
 */
import { open, rename, writeFile } from 'node:fs/promises'

import sharp from 'sharp'

import type { Split } from './split.ts'
import { type Tile, tileSide } from './tile.ts'

/** Byte offset and length within the pack. */
export type Span = readonly [number, number]

export interface PackEntry {
  id: string
  key: string
  split: Split
  inked: boolean
  layer: Span
  lines: { kind: string; at: Span }[]
}

export async function openPack(base: string): Promise<{
  add: (entry: Omit<PackEntry, 'layer' | 'lines' | 'inked'>, tile: Tile) => Promise<void>
  close: () => Promise<number>
}> {
  const file = await open(`${base}.pack.part`, 'w')
  const entries: PackEntry[] = []
  let end = 0
  const append = async (bytes: Uint8Array): Promise<Span> => {
    const at = end
    end += bytes.length
    await file.write(bytes, 0, bytes.length, at)
    return [at, bytes.length]
  }
  return {
    async add(entry, { layer, lines, inked }) {
      const [layerPng, ...linePngs] = await Promise.all([
        png(layer, 4),
        ...lines.map(({ ink }) => png(ink, 1)),
      ])
      const layerSpan = await append(layerPng)
      const lineSpans = []
      for (const [i, bytes] of linePngs.entries()) {
        lineSpans.push({ kind: lines[i]?.kind ?? '', at: await append(bytes) })
      }
      entries.push({ ...entry, inked, layer: layerSpan, lines: lineSpans })
    },
    async close() {
      await file.close()
      entries.sort((a, b) => (a.id < b.id ? -1 : 1))
      await rename(`${base}.pack.part`, `${base}.pack`)
      await writeFile(`${base}.json.part`, JSON.stringify(entries))
      await rename(`${base}.json.part`, `${base}.json`)
      return entries.length
    },
  }
}

function png(data: Uint8Array, channels: 1 | 4): Promise<Buffer> {
  const image = sharp(data, { raw: { width: tileSide, height: tileSide, channels } })
  return (channels === 1 ? image.toColourspace('b-w') : image).png({ compressionLevel: 2 }).toBuffer()
}

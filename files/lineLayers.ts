/**
 * Which layers of a layered drawing are its line art, and those layers on white paper. Layers are found by the names that artists and
 * programs give them, in the languages of people who ask; a group of that name counts as a whole. A drawing without any is taken as
 * it looks.
 */
import type { GreyPage, RgbaPicture } from '../shared/picture.ts'
import type { Size } from '../shared/workSize.ts'

/** A layer as a reader finds it, bottom first; `picture` is decoded when it is asked for. */
export type FoundLayer = {
  name: string
  hidden: boolean
  /** 0..1. */
  opacity: number
  left: number
  top: number
  width: number
  height: number
  picture(): Promise<RgbaPicture>
}
export type FoundGroup = { name: string; hidden: boolean; opacity: number; layers: readonly Found[] }
export type Found = FoundLayer | FoundGroup

const names = new Set(
  [
    'line|lines|line art|lineart|line work|linework|lines art|line layer|lines layer|ink|inks|inking|inked|outline|outlines|contour',
    '線画|線|せんが|主線|ペン入れ|ペン|線稿|線條|线稿|线条|勾線|勾线|墨線|墨线|描線|描线',
    'linien|lineart ebene|umriss|umrisse|tusche|strichzeichnung|línea|líneas|linea|lineas|linea art|entintado|tinta|contorno|contornos',
    'lignes|encrage|선화|라인',
  ].flatMap((row) => row.split('|')),
)

/** Numbers and "copy" that programs put behind a name say nothing. */
const plain = (name: string) =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.-]+/g, ' ')
    .replace(/( copy| ?のコピー| kopie| copia)?[ #]*\d*$/, '')
    .trim()

const isLines = ({ name }: Found) => names.has(plain(name))

/**
 * The layers of the line art, with what the groups around them make of them; undefined when none is called so, or all that are so
 * called are hidden or empty. Within a group of that name hidden layers stay hidden.
 */
export function lineLayers(layers: readonly Found[]): FoundLayer[] | undefined {
  const found = shown(layers, 1, false)
  return found.length > 0 ? found : undefined
}

/** All that are seen. */
export const allLayers = (layers: readonly Found[]): FoundLayer[] => shown(layers, 1, true)

function shown(layers: readonly Found[], opacity: number, isWithin: boolean): FoundLayer[] {
  return layers.flatMap((layer): FoundLayer[] => {
    const isPart = isWithin || isLines(layer)
    const seen = opacity * layer.opacity
    if (layer.hidden || seen === 0) return []
    if ('layers' in layer) return shown(layer.layers, seen, isPart)
    return isPart && layer.width > 0 && layer.height > 0 ? [{ ...layer, opacity: seen }] : []
  })
}

/** Layers over white paper, grey as Rec. 601 sees it (ITU-R BT.601, luma). What lies outside of the page is cut off. */
export async function onPaper({ width, height }: Size, layers: readonly FoundLayer[]): Promise<GreyPage> {
  const grey = new Float32Array(width * height).fill(255)
  // One after the other: together they could be large.
  for (const { left, top, opacity, picture } of layers) {
    const { rgba, ...size } = await picture()
    const right = Math.min(width, left + size.width)
    const bottom = Math.min(height, top + size.height)
    for (let y = Math.max(0, top); y < bottom; y++) {
      let from = 4 * ((y - top) * size.width + Math.max(0, -left))
      for (let at = y * width + Math.max(0, left); at < y * width + right; at++, from += 4) {
        const alpha = (opacity * rgba[from + 3]!) / 255
        const luma = 0.299 * rgba[from]! + 0.587 * rgba[from + 1]! + 0.114 * rgba[from + 2]!
        grey[at] = grey[at]! + alpha * (luma - grey[at]!)
      }
    }
  }
  return { width, height, grey: Uint8Array.from(grey, Math.round) }
}

/**
 * Where what a network is shown differs from what it was shown before: a fingerprint of each tile is kept instead of the planes,
 * which would be 16 MB a page. A change stays unseen once in four billion tiles.
 *
 * The hash is the body of MurmurHash3 (Appleby, 32 bits), one round a pixel; its words are multiplied by the primes of xxHash (Collet).
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { RgbPicture } from '../shared/picture.ts'
import type { Rect } from '../shared/raster.ts'
import type { WorkSize } from '../shared/workSize.ts'

/** What changes on a page, at its working size: hints, map and segment ids with `work`'s padding, the draft without. */
export type Changeable = {
  hints: Uint32Array
  map: HintMap
  draft: RgbPicture
  ids: Int32Array
  /** Three numbers a segment. */
  flats: Float64Array
}

/** Side of a tile in pixels. */
const TILE = 32

export class Fingerprints {
  readonly #work: WorkSize
  readonly #columns: number
  #known: Int32Array | undefined

  constructor(work: WorkSize) {
    this.#work = work
    this.#columns = Math.ceil(work.width / TILE)
  }

  /** Compares with what was last kept: the tiles that differ, all of them when nothing was. */
  compare(shown: Changeable): { changed: Rect[]; keep: () => void } {
    const { width, height } = this.#work
    const before = this.#known
    const now = this.#of(shown)
    const changed = Array.from(now.keys()).filter((tile) => now[tile] !== before?.[tile])
    const rects = changed.map((tile) => {
      const left = (tile % this.#columns) * TILE
      const top = Math.floor(tile / this.#columns) * TILE
      return { left, top, right: Math.min(width, left + TILE), bottom: Math.min(height, top + TILE) }
    })
    return { changed: rects, keep: () => (this.#known = now) }
  }

  #of({ hints, map, draft, ids, flats }: Changeable): Int32Array {
    const { width, height, paddedWidth: stride } = this.#work
    const { color, reach, near } = map
    const { rgb } = draft
    const flatHashes = hashesOf(flats)
    const hashes = new Int32Array(this.#columns * Math.ceil(height / TILE))
    for (let y = 0, from = 0; y < height; y++) {
      let tile = Math.floor(y / TILE) * this.#columns
      for (let x = 0, at = y * stride; x < width; tile++) {
        let hash = hashes[tile]!
        for (const end = Math.min(width, x + TILE); x < end; x++, at++, from += 3) {
          const drawn = rgb[from]! | (rgb[from + 1]! << 8) | (rgb[from + 2]! << 16)
          // Bytes that change at once and alike have factors of their own.
          const word =
            Math.imul(hints[at]!, 0x9e3779b1) +
            Math.imul(color[at]!, 0x85ebca77) +
            Math.imul(drawn, 0xc2b2ae3d) +
            Math.imul(reach[at]! | (near[at]! << 8), 0x27d4eb2f) +
            flatHashes[ids[at]!]!
          hash = mixed(hash, word | 0)
        }
        hashes[tile] = hash
      }
    }
    return hashes
  }
}

/** One number for each three, by their bits as the network sees them. */
function hashesOf(flats: Float64Array): Int32Array {
  const bits = new Int32Array(Float32Array.from(flats).buffer)
  return Int32Array.from({ length: flats.length / 3 }, (_, segment) => {
    const at = 3 * segment
    return mixed(mixed(mixed(0, bits[at]!), bits[at + 1]!), bits[at + 2]!)
  })
}

function mixed(hash: number, value: number): number {
  let word = Math.imul(value, 0xcc9e2d51)
  word = Math.imul((word << 15) | (word >>> 17), 0x1b873593)
  const turned = hash ^ word
  return (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0
}

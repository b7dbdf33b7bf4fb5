/**
 * Finds near-duplicates across splits: pictures of one drawing (differenceHash) that one network would learn from and another
 * be measured on. Of each such pair the one further from the test is to be left out: train before val before test before style.
 */
import type { PackEntry } from './pack.ts'
import type { Split } from './split.ts'

export type Placed = Pick<PackEntry, 'id' | 'split' | 'hash'> & { source: string }

export interface Crossing {
  leaveOut: Placed
  keep: Placed
}

/** As isSameDrawing has it. */
const nearest = 10
const words = 5
const rank: Record<Split, number> = { train: 0, val: 1, test: 2, style: 3 }

/** One crossing for each picture to be left out. Generated pictures have no hash and are not compared. */
export function crossingsOf(pictures: readonly Placed[]): Crossing[] {
  const hashed = pictures.filter(({ hash }) => hash !== undefined)
  const bits = Uint32Array.from(hashed.flatMap(({ hash }) => wordsOf(hash ?? '')))
  const bySplit = (split: Split): number[] => [...hashed.keys()].filter((i) => hashed[i]!.split === split)
  const order = (Object.keys(rank) as Split[]).sort((a, b) => rank[b] - rank[a])
  const kept: number[] = []
  const crossings: Crossing[] = []
  for (const split of order) {
    const accepted: number[] = []
    for (const i of bySplit(split)) {
      const twin = kept.find((j) => areNear(bits, i, j))
      if (twin === undefined) accepted.push(i)
      else crossings.push({ leaveOut: hashed[i]!, keep: hashed[twin]! })
    }
    kept.push(...accepted)
  }
  return crossings
}

/** 36 hex digits as 5 words, the last half empty. */
function wordsOf(hash: string): number[] {
  return Array.from({ length: words }, (_, i) => parseInt(hash.slice(8 * i, 8 * i + 8), 16) >>> 0)
}

function areNear(bits: Uint32Array, i: number, j: number): boolean {
  let apart = 0
  for (let word = 0; word < words; word++) {
    apart += countOnes(bits[words * i + word]! ^ bits[words * j + word]!)
    if (apart > nearest) return false
  }
  return true
}

function countOnes(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

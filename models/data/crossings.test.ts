import { describe, expect, it } from 'vitest'

import { hexOf } from './buildSource.ts'
import { crossingsOf, type Placed } from './crossings.ts'
import { differenceHash } from './differenceHash.ts'
import { splitOf } from './split.ts'

const side = 64

/** A made-up drawing: dark discs at places only its number knows, in a color of its own. */
function drawing(number: number, shade = 40): Uint8Array {
  const rgba = new Uint8Array(4 * side * side)
  let state = number * 2654435761 + 1
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let i = 0; i < rgba.length; i++) rgba[i] = i % 4 === 3 ? 255 : 200
  for (let disc = 0; disc < 14; disc++) {
    const [cx, cy, r] = [next(side), next(side), 4 + next(8)]
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 < r * r)
          rgba.fill(shade, 4 * (y * side + x), 4 * (y * side + x) + 3)
      }
    }
  }
  return rgba
}

function placed(source: string, id: string, split: Placed['split'], rgba: Uint8Array): Placed {
  return { source, id, split, hash: hexOf(differenceHash(rgba, side)) }
}

describe('crossings', () => {
  it('finds a picture that is in train and, drawn again in another shade, in test, and leaves the train side out', () => {
    const [trained, tested] = [
      placed('a', 'cat', 'train', drawing(1)),
      placed('b', 'kitten', 'test', drawing(1, 90)),
    ]
    expect(crossingsOf([trained, tested])).toEqual([{ leaveOut: trained, keep: tested }])
  })

  it('lets the held-out style win over test, test over validation, validation over train', () => {
    const four = (['train', 'style', 'val', 'test'] as const).map((split) =>
      placed(split, 'x', split, drawing(2)),
    )
    const crossings = crossingsOf(four)
    expect(crossings.map(({ leaveOut }) => leaveOut.split).sort()).toEqual(['test', 'train', 'val'])
    expect(crossings.every(({ keep }) => keep.split === 'style')).toBe(true)
  })

  it('leaves near-duplicates within one split alone, and pictures without a hash', () => {
    const bare: Placed = { source: 'g', id: '0', split: 'train' }
    expect(
      crossingsOf([placed('a', '1', 'train', drawing(3)), placed('b', '2', 'train', drawing(3)), bare]),
    ).toEqual([])
  })

  it('leaves no near-duplicate across splits of a made-up set: checked again by every pair', () => {
    const pictures = Array.from({ length: 240 }, (_, i) =>
      placed(
        `source ${i % 3}`,
        String(i),
        splitOf(`drawing ${i}`, i % 17 === 0 ? 'heldout' : 'train'),
        drawing(i % 60, 30 + (i % 5)),
      ),
    )
    const out = new Set(crossingsOf(pictures).map(({ leaveOut }) => leaveOut))
    const kept = pictures.filter((picture) => !out.has(picture))
    expect(out.size).toBeGreaterThan(20)
    expect(crossingsOf(kept)).toEqual([])
    for (const one of kept) {
      for (const other of kept) if (one.hash === other.hash) expect(one.split).toBe(other.split)
    }
  })
})

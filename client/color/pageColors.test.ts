import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { limits } from '../../shared/limits.ts'
import { addStroke, packStroke, paletteOf, readStrokes } from '../../shared/strokes.ts'
import {
  addPageColors,
  bringBackPageColor,
  changePageColor,
  pageColorsOf,
  removePageColor,
  roomForColors,
} from './pageColors.ts'
import { plainName } from '../../shared/plainName.ts'

const stroke = (id: string, swatch: string, color: number) =>
  packStroke({ id, by: 'me', tool: 'brush', color, swatch, width: 8, points: [0, 0, 255] })
const several = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `c${i}`, color: i }))
const listed = (doc: Y.Doc) => pageColorsOf(doc).map(({ name, color }) => [name, color])

describe('page colors', () => {
  test('K3 strokes follow their color; removed, it keeps what was painted, and can come back', () => {
    const doc = new Y.Doc()
    const [hair] = addPageColors(doc, [{ name: 'Hair', color: 0x111111 }])!
    addStroke(doc, stroke('a', hair!, 0x111111))
    changePageColor(doc, hair!, { color: 0x884422 })
    expect(readStrokes(doc)[0]!.color).toBe(0x884422)
    removePageColor(doc, hair!)
    expect(pageColorsOf(doc)).toEqual([])
    expect(readStrokes(doc)[0]!.color).toBe(0x884422)
    changePageColor(doc, hair!, { color: 1 })
    expect(readStrokes(doc)[0]!.color).toBe(0x884422)
    bringBackPageColor(doc, hair!)
    expect(listed(doc)).toEqual([['Hair', 0x884422]])
  })

  test('they come in the order they were made, the same for everybody', () => {
    const doc = new Y.Doc()
    addPageColors(doc, several(30))
    const other = new Y.Doc()
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
    expect(listed(other)).toEqual(several(30).map(({ name, color }) => [name, color]))
    expect(listed(doc)).toEqual(listed(other))
    for (const { key } of pageColorsOf(doc)) expect(key).toMatch(/^[0-9a-z]{8,22}$/)
  })

  test('K4 of two people who change one the last wins, and nobody fails', () => {
    const [a, b] = [new Y.Doc(), new Y.Doc()]
    const [key] = addPageColors(a, [{ name: 'Sky', color: 1 }])!
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
    changePageColor(a, key!, { color: 2 })
    removePageColor(b, key!)
    Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
    Y.applyUpdate(a, Y.encodeStateAsUpdate(b))
    expect(paletteOf(a).toJSON()).toEqual(paletteOf(b).toJSON())
    expect(listed(a)).toEqual(listed(b))
  })

  test('a full page takes no more, all or none, but gives the places away of removed colors nobody used', () => {
    const doc = new Y.Doc()
    const keys = addPageColors(doc, several(limits.paletteEntries))!
    addStroke(doc, stroke('a', keys[0]!, 0))
    expect(addPageColors(doc, several(1))).toBeNull()
    removePageColor(doc, keys[0]!)
    removePageColor(doc, keys[1]!)
    expect(roomForColors(doc)).toBe(1)
    expect(addPageColors(doc, several(2))).toBeNull()
    expect(addPageColors(doc, [{ name: 'New', color: 9 }])).toEqual([keys[1]])
    expect(paletteOf(doc).size).toBe(limits.paletteEntries)
    expect(roomForColors(doc)).toBe(0)
  })

  test('whatever lies in the palette, reading goes on; names are plain and short', () => {
    const doc = new Y.Doc()
    paletteOf(doc).set('x', 5)
    paletteOf(doc).set('y', { name: '', color: 1 })
    paletteOf(doc).set('z', { name: 'Fine', color: 2 })
    expect(listed(doc)).toEqual([['Fine', 2]])
    expect(plainName('  two\n\t words ')).toBe('two words')
    expect(plainName(' ')).toBe('Color')
    expect(plainName('x'.repeat(99))).toHaveLength(limits.idLength)
    expect(plainName(`${'x'.repeat(63)}😀`)).toBe('x'.repeat(63))
  })
})

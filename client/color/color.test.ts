import { describe, expect, test } from 'vitest'
import { hexOf, parseHex } from '../../shared/hexColor.ts'
import { colorOfHsv, hsvOf } from './color.ts'

describe('color', () => {
  test('hex text of any form reads back as the color it names, and nothing else does', () => {
    expect(parseHex('#c8402b')).toBe(0xc8402b)
    expect(parseHex(' C8402B ')).toBe(0xc8402b)
    expect(parseHex('#f80')).toBe(0xff8800)
    for (const wrong of ['', '#', '#12', '#12345', '#1234567', 'red', '#gggggg'])
      expect(parseHex(wrong)).toBeNull()
    expect(hexOf(0x00000a)).toBe('#00000a')
  })

  test('every color survives the way to hue, saturation, value and back', () => {
    for (let color = 0; color <= 0xffffff; color += 9973) expect(colorOfHsv(hsvOf(color))).toBe(color)
    expect(hsvOf(0xff0000)).toEqual({ hue: 0, saturation: 1, value: 1 })
    expect(hsvOf(0x0000ff).hue).toBe(240)
  })

  test('a grey keeps the hue and black the saturation they came from', () => {
    const before = { hue: 200, saturation: 0.5, value: 0.5 }
    expect(hsvOf(0x808080, before).hue).toBe(200)
    expect(hsvOf(0x000000, before)).toEqual({ hue: 200, saturation: 0.5, value: 0 })
  })
})

import { describe, expect, test } from 'vitest'
import { colorName } from './colorName.ts'
import { starterPalette } from './palette.ts'

describe('names of colors', () => {
  test.each([
    [0xffffff, 'White'],
    [0x000000, 'Black'],
    [0x808080, 'Medium grey'],
    [0xff0000, 'Bright red'],
    [0x00ff00, 'Bright green'],
    [0x0000ff, 'Pure blue'],
    [0xffff00, 'Bright yellow'],
    [0xcbe6f8, 'Pale sky blue'],
    [0x4a2e1f, 'Dark warm brown'],
    [0x202a68, 'Dark blue'],
    [0xf9d9c3, 'Fair skin'],
  ])('%i is called %s', (color, name) => expect(colorName(color)).toBe(name))

  test('most starter colors are called as a person would call them: their hue is in the name', () => {
    const names = Object.fromEntries(starterPalette.map(({ name, color }) => [name, colorName(color)]))
    expect(names['Vermilion']).toBe('Vermilion')
    expect(names['Sky blue']).toBe('Sky blue')
    expect(names['Leaf green']).toBe('Leaf green')
    expect(names['Violet']).toBe('Violet')
    expect(names['White']).toBe('White')
  })

  test('every color has a short name, and greys are never called a color', () => {
    for (let color = 0; color <= 0xffffff; color += 4099) {
      const name = colorName(color)
      expect(name).toMatch(/^[A-Z][a-z]+( [a-z]+){0,2}$/)
    }
    for (let grey = 0; grey < 256; grey += 5)
      expect(colorName(grey * 0x010101)).toMatch(/grey|black|white|charcoal/i)
  })
})

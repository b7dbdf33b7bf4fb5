import { beforeEach, describe, expect, test } from 'vitest'
import { speak, t, type Messages } from '../i18n/i18n.ts'
import { languages, type Language } from '../i18n/languages.ts'
import { colorName } from './colorName.ts'
import { starterPalette } from './palette.ts'

describe('names of colors', () => {
  beforeEach(() => speak('en'))

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
    const names = Object.fromEntries(
      starterPalette.map(({ name, color }) => [t(`color.names.${name}`), colorName(color)]),
    )
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

  test.each<[Language, ...string[]]>([
    ['ja', '白', '淡い空色', 'こげ茶色', '暗い青', '朱色', '山吹色'],
    ['zh-TW', '白', '淡天藍', '深暖棕', '暗藍', '朱紅', '金黃'],
    ['de', 'Weiß', 'Blasses Himmelblau', 'Dunkles warmes Braun', 'Dunkelblau', 'Zinnober', 'Goldgelb'],
    [
      'es',
      'Blanco',
      'Azul cielo pálido',
      'Marrón cálido oscuro',
      'Azul oscuro',
      'Bermellón',
      'Amarillo dorado',
    ],
  ])('J3 colors have names of their own in %s', async (language, ...names) => {
    await speak(language)
    expect([0xffffff, 0xcbe6f8, 0x4a2e1f, 0x202a68, 0xd9452f, 0xf2b822].map(colorName)).toEqual(names)
  })

  test('J3 no two colors have one name in any language', async () => {
    for (const language of Object.keys(languages) as Language[]) {
      const { default: messages } = (await import(`../i18n/${language}/color.json`)) as {
        default: Pick<Messages, 'color'>
      }
      const names = Object.values(messages.color.names)
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    }
  })
})

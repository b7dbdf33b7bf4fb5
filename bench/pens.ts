/** Colors of the palette by the name their swatch has in the page, in English, which is what the benches' browsers speak. */
import words from '../client/i18n/en/color.json' with { type: 'json' }
import { starterPalette } from '../client/color/palette.ts'

type Pen = { name: string; color: number }

/** `name`: as in the palette (client/color/palette.ts). */
export function penOf(name: keyof typeof words.color.names): Pen {
  const { color } = starterPalette.find((swatch) => swatch.name === name)!
  return { name: words.color.names[name], color }
}

/** Palette files on their way into the page's colors and out of it. A file is taken whole; when the page has no room for all, it is asked. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { download, fileName } from '../download.ts'
import type { NamedColor } from '../color/pageColors.ts'
import { colorName } from '../color/colorName.ts'
import {
  LARGEST_PALETTE_BYTES,
  readPalette,
  type PaletteFormat,
} from '../../shared/paletteFiles/paletteFormats.ts'
import { countOf } from '../i18n/countOf.ts'
import { t } from '../i18n/i18n.ts'
import { problemText } from '../i18n/refusalText.ts'
import { Refusal } from '../../shared/refusal.ts'
import { useNotices } from './notices.ts'
import { usePalette } from './palette.ts'
import { useRoom } from './room.ts'

export const usePaletteFiles = defineStore('paletteFiles', () => {
  const room = useRoom()
  const palette = usePalette()
  const notices = useNotices()
  /** More than fit: whether to take the first of them is asked. */
  const surplus = shallowRef<{ colors: readonly NamedColor[]; fits: number } | null>(null)

  async function bring(file: Blob): Promise<void> {
    if (!room.paints) return notices.tell(t('color.file.mayNot'))
    try {
      addAll(await colorsIn(file))
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem
      notices.tell(problemText(problem))
    }
  }

  /** Those that the page does not have yet, by name and color. */
  function addAll(colors: readonly NamedColor[]): void {
    const idOf = ({ name, color }: NamedColor) => `${color} ${name}`
    const known = new Set(palette.colors.map(idOf))
    const news = [...new Map(colors.map((each) => [idOf(each), each])).values()].filter(
      (each) => !known.has(idOf(each)),
    )
    if (news.length === 0) return notices.tell(t('color.file.known'))
    const fits = palette.room()
    if (news.length > fits) surplus.value = { colors: news, fits }
    else addNow(news)
  }

  function addNow(colors: readonly NamedColor[]): void {
    surplus.value = null
    if (!palette.add(colors)) return
    notices.tell(countOf(colors.length, 'color.file.added'))
  }

  function save(format: PaletteFormat): void {
    const title = room.title || t('color.file.menu')
    const file = new Blob([format.write({ title, colors: [...palette.colors] })], { type: format.type })
    download(file, `${fileName(title)}.${format.ending}`)
  }

  return { surplus, bring, addAll, addNow, save }
})

/** Those of a palette file; what has no name there gets one. @throws Refusal */
async function colorsIn(file: Blob): Promise<NamedColor[]> {
  const bytes = await file.slice(0, LARGEST_PALETTE_BYTES + 1).arrayBuffer()
  return readPalette(new Uint8Array(bytes)).colors.map(({ name, color }) => ({
    name: name || colorName(color),
    color,
  }))
}

/**
 * The page's named colors as this person sees and changes them. A color that is being mixed is told at a steady pace, and seen here at
 * once. The page color in the hand follows whoever changes it; removed, its color stays in the hand.
 */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { limits } from '../../shared/limits.ts'
import { paletteOf } from '../../shared/strokes.ts'
import {
  addPageColors,
  bringBackPageColor,
  changePageColor,
  pageColorsOf,
  removePageColor,
  roomForColors,
  swatchOf,
  type NamedColor,
  type PageColor,
} from '../color/pageColors.ts'
import { t } from '../i18n/i18n.ts'
import { rememberedRoom, rememberRoom } from '../keyring.ts'
import { SteadyWriter } from '../steadyWriter.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'
import { useStudio } from './studio.ts'

export const usePalette = defineStore('palette', () => {
  const room = useRoom()
  const studio = useStudio()
  const notices = useNotices()
  const colors = shallowRef<readonly PageColor[]>([])
  const isOpen = ref(false)
  /** Key of the color whose name and color are being changed. */
  const edited = ref<string | null>(null)
  /** The one whose color is being mixed. */
  const mixing = new SteadyWriter(({ key, color }: { key: string; color: number }) =>
    changePageColor(doc(), key, { color }),
  )

  const doc = () => room.connection!.doc

  function read(): void {
    colors.value = pageColorsOf(doc())
    if (!colors.value.some(({ key }) => key === edited.value)) edited.value = null
    follow()
  }

  /** The color in the hand is what the page says it is now; also of one that was in the hand before. */
  function follow(): void {
    if (studio.swatch === null || !room.connection) return
    const held = swatchOf(doc(), studio.swatch)
    if (held) studio.color = held.color
    if (!held || held.removed) studio.swatch = null
  }

  watch(
    () => room.connection,
    (connection, _, onCleanup) => {
      mixing.drop()
      if (!connection) return void (colors.value = [])
      const palette = paletteOf(connection.doc)
      palette.observe(read)
      onCleanup(() => palette.unobserve(read))
      read()
      takeBrought(connection.room)
    },
    { immediate: true, flush: 'sync' },
  )

  watch(() => studio.swatch, follow, { flush: 'sync' })

  /** Null when the page is full, which is told. */
  function add(news: readonly NamedColor[]): string[] | null {
    if (!room.connection || !room.paints || news.length === 0) return null
    const keys = addPageColors(doc(), news)
    if (!keys) notices.tell(t('color.page.full', { n: limits.paletteEntries }))
    return keys
  }

  /** The colors of the picture this person made the page of. */
  function takeBrought(id: string): void {
    const { colors: brought } = rememberedRoom(id)
    if (brought && add(brought)) rememberRoom(id, { colors: undefined })
  }

  /** Paints with it from now on. */
  function take({ key, color }: PageColor): void {
    studio.dip(color, key)
  }

  function mix(key: string, color: number): void {
    if (!room.paints) return
    colors.value = colors.value.map((each) => (each.key === key ? { ...each, color } : each))
    if (studio.swatch === key) studio.color = color
    mixing.put({ key, color })
  }

  function rename(key: string, name: string): void {
    if (room.paints && room.connection) changePageColor(doc(), key, { name })
  }

  /** Opens the list, or one color to be changed. */
  function open(key: string | null = null): void {
    edited.value = key
    isOpen.value = true
  }

  function remove(key: string): void {
    if (!room.paints || !room.connection) return
    mixing.flush()
    removePageColor(doc(), key)
  }

  function bringBack(key: string): void {
    if (room.paints && room.connection) bringBackPageColor(doc(), key)
  }

  return {
    colors,
    isOpen,
    edited,
    open,
    add,
    take,
    mix,
    /** The color that was mixed last is told now. */
    settle: () => mixing.flush(),
    rename,
    remove,
    bringBack,
    /** How many more fit. */
    room: () => (room.connection ? roomForColors(doc()) : 0),
  }
})

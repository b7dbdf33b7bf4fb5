/** What this person looks at: which colors, two of them beside each other, which layers, whose hints. Nobody else sees any of it change. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Colors, SideLook, Sight } from '../canvas/looks.ts'
import { rememberedHintOpacity, rememberHintOpacity } from '../hintOpacity.ts'
import { useRoom } from './room.ts'

/** Of a stroke whose pen is down. */
const WET_OPACITY = 0.8

export const useLooks = defineStore('looks', () => {
  const room = useRoom()
  const colors = ref<Colors>('refined')
  const color = ref(true)
  const lines = ref(true)
  const hints = ref(true)
  /** Of 100. */
  const hintOpacity = ref(rememberedHintOpacity())
  /** Guests whose hints are not shown. */
  const hidden = shallowRef<ReadonlySet<string>>(new Set())
  const isComparing = ref(false)
  const left = ref<SideLook>('lines')
  const right = ref<SideLook>('refined')
  /** Where the border of a comparison stands, of 100. */
  const border = ref(50)
  /** The lines alone, for as long as a key is held. */
  const isPeeking = ref(false)

  /** How opaque the hints' canvas is, of 1: a stroke is seen while it is painted, however faint hints are. */
  const canvasOpacity = computed(() =>
    // Hints that are compared with something are seen as they are.
    isComparing.value ? 1 : Math.max(WET_OPACITY, hintOpacity.value / 100),
  )
  const sight = computed<Sight>(() => {
    const plain = { comparison: null, color: true, hints: false, strength: 1 }
    if (isPeeking.value) return { ...plain, colors: 'lines' }
    const shown = { colors: colors.value, color: color.value, hints: hints.value }
    if (isComparing.value) {
      const comparison = { left: left.value, right: right.value, at: border.value / 100 }
      return { ...shown, comparison, strength: 1 }
    }
    return { ...shown, comparison: null, strength: hintOpacity.value / 100 / canvasOpacity.value }
  })

  watch(hintOpacity, rememberHintOpacity)
  watch(
    () => room.connection?.room,
    (now) => {
      if (now) hidden.value = new Set()
    },
  )

  function hide(guest: string, isHidden: boolean): void {
    const next = new Set(hidden.value)
    if (isHidden) next.add(guest)
    else next.delete(guest)
    hidden.value = next
  }

  function moveBorder(to: number): void {
    border.value = Math.min(100, Math.max(0, to))
  }

  return {
    colors,
    color,
    lines,
    hints,
    hintOpacity,
    canvasOpacity,
    hidden,
    isComparing,
    left,
    right,
    border,
    isPeeking,
    sight,
    hide,
    moveBorder,
  }
})

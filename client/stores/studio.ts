/** What is in the hand and what is looked at: tool, color, brush size, which colors are shown. This person's alone. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { HandTool } from '../handTools.ts'
import { starterPalette } from '../palette.ts'
import { rememberColors, rememberedColors, withRecent } from '../recentColors.ts'
import type { Colors } from '../canvas/frames.ts'

const SMALLEST_SIZE = 2
const LARGEST_SIZE = 512
const SIZE_STEP = 1.2

export const useStudio = defineStore('studio', () => {
  const tool = ref<HandTool>('brush')
  /** A tool held for a moment by a key (Space, Alt); it wins. */
  const heldTool = ref<HandTool | null>(null)
  const activeTool = computed(() => heldTool.value ?? tool.value)
  const color = ref(starterPalette[1]!.color)
  /** Key of the page color in the hand; null: a color of its own. */
  const swatch = ref<string | null>(null)
  const recent = ref(rememberedColors())
  /** Diameter in page pixels. */
  const size = ref(24)
  const largestSize = ref(200)
  const colors = ref<Colors>('refined')
  const hintsShown = ref(true)
  /** Where the eyedropper or the eraser came from. */
  let former: HandTool = 'brush'

  /** Takes a tool; the eraser's or the eyedropper's own key again gives the former one back. */
  function take(next: HandTool, toggles = false): void {
    if (toggles && tool.value === next && next === 'eraser') tool.value = former
    else {
      if (tool.value === 'brush' || tool.value === 'fill') former = tool.value
      tool.value = next
    }
  }

  /** Chooses a color to paint with; from a tool that does not paint, that means painting again. */
  function dip(next: number, pageColor: string | null = null): void {
    color.value = next
    swatch.value = pageColor
    if (tool.value !== 'fill') tool.value = former
  }

  /** The color was used: it is a recent one now. */
  function used(painted: number): void {
    if (recent.value[0] === painted) return
    recent.value = withRecent(recent.value, painted)
    rememberColors(recent.value)
  }

  function resize(next: number): void {
    size.value = Math.round(Math.min(largestSize.value, Math.max(SMALLEST_SIZE, next)))
  }

  const grow = () => resize(Math.max(size.value + 1, size.value * SIZE_STEP))
  const shrink = () => resize(Math.min(size.value - 1, size.value / SIZE_STEP))

  /** Sizes that suit a page whose long side is `side` pixels. */
  function suit(side: number): void {
    largestSize.value = Math.min(LARGEST_SIZE, Math.max(32, Math.round(side / 6)))
    resize(side / 40)
  }

  return {
    tool,
    heldTool,
    activeTool,
    color,
    swatch,
    recent,
    size,
    smallestSize: SMALLEST_SIZE,
    largestSize,
    colors,
    hintsShown,
    take,
    dip,
    used,
    resize,
    grow,
    shrink,
    suit,
  }
})

/** What is in the hand: tool, color, brush size. This person's alone. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { HandTool } from '../handTools.ts'
import { starterPalette } from '../color/palette.ts'
import { rememberColors, rememberedColors, withRecent } from '../color/recentColors.ts'

/** Tools that use the color in the hand. */
const coloring = ['brush', 'dot', 'fill'] as const satisfies readonly HandTool[]
type Coloring = (typeof coloring)[number]
const isColoring = (tool: HandTool): tool is Coloring => coloring.some((each) => each === tool)

const SMALLEST_SIZE = 2
const LARGEST_SIZE = 512
const SIZE_STEP = 1.2

export const useStudio = defineStore('studio', () => {
  const tool = ref<HandTool>('brush')
  /** Held for a moment by a key: a tool, or the page to turn it; it wins. */
  const heldTool = ref<HandTool | 'turn' | null>(null)
  /** The zoom tool zooms out. */
  const isAltHeld = ref(false)
  const activeTool = computed(() => heldTool.value ?? tool.value)
  const color = ref(starterPalette[1]!.color)
  /** Key of the page color in the hand; null: a color of its own. */
  const swatch = ref<string | null>(null)
  /** The color that was in the hand before. */
  const before = shallowRef<{ color: number; swatch: string | null }>({ color: 0xffffff, swatch: null })
  const recent = ref(rememberedColors())
  /** Diameter in page pixels. */
  const size = ref(24)
  const largestSize = ref(200)
  /** How often the hand changed the size: each time the brush is shown as large as it is. */
  const resizings = ref(0)
  /** Where the eraser, the eyedropper and the like came from. */
  let former: Coloring = 'brush'
  /** The color changes bit by bit: the one before all of it stays the former one. */
  let isMixing = false

  /** Takes a tool; the eraser's own key again gives the former one back. */
  function take(next: HandTool, toggles = false): void {
    if (toggles && tool.value === next && next === 'eraser') tool.value = former
    else {
      if (isColoring(tool.value)) former = tool.value
      tool.value = next
    }
  }

  /** Takes the tool that colored last. */
  function resume(): void {
    if (!isColoring(tool.value)) tool.value = former
  }

  /** Chooses a color to paint with; from a tool that does not paint, that means painting again. */
  function dip(next: number, pageColor: string | null = null): void {
    isMixing = false
    hold(next, pageColor)
  }

  /** The same for one of many colors on the way to the one that is meant. */
  function mix(next: number): void {
    hold(next, null, isMixing)
    isMixing = true
  }

  function hold(next: number, pageColor: string | null, keepsBefore = false): void {
    const now = { color: color.value, swatch: swatch.value }
    if ((next !== now.color || pageColor !== now.swatch) && !keepsBefore) before.value = now
    color.value = next
    swatch.value = pageColor
    resume()
  }

  const swapColors = () => dip(before.value.color, before.value.swatch)

  /** The color was used: it is a recent one now. */
  function used(painted: number): void {
    if (recent.value[0] === painted) return
    recent.value = withRecent(recent.value, painted)
    rememberColors(recent.value)
  }

  function resize(next: number): void {
    size.value = Math.round(Math.min(largestSize.value, Math.max(SMALLEST_SIZE, next)))
    resizings.value++
  }

  const grow = () => resize(Math.max(size.value + 1, size.value * SIZE_STEP))
  const shrink = () => resize(Math.min(size.value - 1, size.value / SIZE_STEP))

  /** Sizes that suit a page whose long side is `side` pixels. */
  function suit(side: number): void {
    largestSize.value = Math.min(LARGEST_SIZE, Math.max(32, Math.round(side / 6)))
    size.value = Math.round(Math.max(SMALLEST_SIZE, side / 40))
  }

  return {
    tool,
    heldTool,
    isAltHeld,
    activeTool,
    color,
    swatch,
    recent,
    size,
    smallestSize: SMALLEST_SIZE,
    largestSize,
    resizings,
    take,
    resume,
    dip,
    mix,
    swapColors,
    used,
    resize,
    grow,
    shrink,
    suit,
  }
})

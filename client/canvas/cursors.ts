/**
 * The pointer's pictures over the page, as CSS cursors: dark with a light edge, so that they stand out against any color. Brushes have
 * none: their ring is drawn (BrushRing.vue).
 */
import type { HandTool } from '../handTools.ts'

/** Shapes on 24 x 24 pixels with their hot spots. */
const pictures = {
  fill: {
    shape:
      'M11 3 19 11 11.6 18.4a2 2 0 0 1-2.8 0L3.6 13.2a2 2 0 0 1 0-2.8ZM4 12.5H17M21 16.5c1.2 1.9 1.6 2.6 1.6 3.5a1.6 1.6 0 0 1-3.2 0c0-.9.4-1.6 1.6-3.5Z',
    x: 21,
    y: 21,
  },
  eyedropper: {
    shape:
      'M2.5 21.5 4 17.500 13 8.500 15.500 11 6.500 20ZM12 6.500 17.500 12M14.500 9 18 3.500a2.200 2.200 0 0 1 3.200 3.200L15.500 10Z',
    x: 2,
    y: 22,
  },
} as const satisfies Partial<Record<HandTool, { shape: string; x: number; y: number }>>

function cursorOf({ shape, x, y }: { shape: string; x: number; y: number }): string {
  const line = (color: string, width: number) =>
    `<path d="${shape}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">${line('white', 4.5)}${line('black', 1.7)}</svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}") ${x} ${y}, crosshair`
}

const drawn = { fill: cursorOf(pictures.fill), eyedropper: cursorOf(pictures.eyedropper) }

/** `isPressed`: while the page is dragged. `out`: the zoom tool zooms out. */
export function cursorFor(tool: HandTool | 'turn', { isPressed = false, out = false }): string {
  switch (tool) {
    case 'brush':
    case 'dot':
    case 'eraser':
      return 'none'
    case 'fill':
    case 'eyedropper':
      return drawn[tool]
    case 'hand':
      return isPressed ? 'grabbing' : 'grab'
    case 'turn':
      return 'move'
    case 'zoom':
      return out ? 'zoom-out' : 'zoom-in'
    default:
      return 'crosshair'
  }
}

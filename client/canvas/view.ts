/**
 * How the page lies on the screen: `screen = page x scale + offset`, in CSS pixels of the canvas. Pure: every function gives
 * a new view.
 */
import type { Size } from '../../shared/workSize.ts'

export type View = { scale: number; x: number; y: number }
export type Point = { x: number; y: number }
/** Space along each edge that floating tools cover. */
export type Insets = { left: number; right: number; top: number; bottom: number }

const SMALLEST_SCALE = 0.02
const LARGEST_SCALE = 32
/** At least this much of the page stays on the screen, whatever is dragged. */
const KEPT_IN_SIGHT = 64

export const toPage = (view: View, at: Point): Point => ({
  x: (at.x - view.x) / view.scale,
  y: (at.y - view.y) / view.scale,
})

export const toScreen = (view: View, at: Point): Point => ({
  x: at.x * view.scale + view.x,
  y: at.y * view.scale + view.y,
})

/** The whole page, centered in what the insets leave free. */
export function fitView(page: Size, screen: Size, insets: Insets): View {
  const width = Math.max(32, screen.width - insets.left - insets.right)
  const height = Math.max(32, screen.height - insets.top - insets.bottom)
  const scale = Math.min(width / page.width, height / page.height)
  return centered(page, { width, height }, insets, scale)
}

/** The page at `scale`, its center in the middle of what the insets leave free. */
export function centerView(page: Size, screen: Size, insets: Insets, scale: number): View {
  const width = screen.width - insets.left - insets.right
  const height = screen.height - insets.top - insets.bottom
  return centered(page, { width, height }, insets, scale)
}

function centered(page: Size, room: Size, insets: Insets, scale: number): View {
  return {
    scale,
    x: insets.left + (room.width - page.width * scale) / 2,
    y: insets.top + (room.height - page.height * scale) / 2,
  }
}

/** Zooms so that the page's point under `at` stays under it. */
export function zoomAt(view: View, factor: number, at: Point): View {
  const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, view.scale * factor))
  const ratio = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }
}

export const panBy = (view: View, dx: number, dy: number): View => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
})

/** Follows two fingers that moved from `before` to `after`: their distance zooms, their middle pans. */
export function pinch(view: View, before: readonly [Point, Point], after: readonly [Point, Point]): View {
  const middle = ([a, b]: readonly [Point, Point]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
  const distance = ([a, b]: readonly [Point, Point]) => Math.hypot(a.x - b.x, a.y - b.y)
  const from = middle(before)
  const to = middle(after)
  const moved = panBy(view, to.x - from.x, to.y - from.y)
  return zoomAt(moved, distance(after) / Math.max(1, distance(before)), to)
}

/** Brings a view back that was dragged off the screen. */
export function keepInSight(view: View, page: Size, screen: Size): View {
  const clamp = (offset: number, length: number, room: number) => {
    const kept = Math.min(KEPT_IN_SIGHT, length, room)
    return Math.min(room - kept, Math.max(kept - length, offset))
  }
  return {
    scale: view.scale,
    x: clamp(view.x, page.width * view.scale, screen.width),
    y: clamp(view.y, page.height * view.scale, screen.height),
  }
}

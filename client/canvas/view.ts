/**
 * How the page lies on the screen, in CSS pixels of the canvas: scaled, turned around its top left corner, which lies at `x`, `y`.
 * Pure: every function gives a new view.
 */
import type { Size } from '../../shared/workSize.ts'

/** `turn`: radians clockwise, above -pi and at most pi. */
export type View = { scale: number; x: number; y: number; turn: number }
export type Point = { x: number; y: number }
/** Space along each edge that floating tools cover. */
export type Insets = { left: number; right: number; top: number; bottom: number }

export const SMALLEST_SCALE = 0.02
export const LARGEST_SCALE = 32
/** The page's nearest place stays at least this far within the screen, whatever is dragged. */
const KEPT_IN_SIGHT = 64

const turned = ({ x, y }: Point, angle: number): Point => ({
  x: x * Math.cos(angle) - y * Math.sin(angle),
  y: x * Math.sin(angle) + y * Math.cos(angle),
})

export function toPage({ scale, x, y, turn }: View, at: Point): Point {
  const place = turned({ x: at.x - x, y: at.y - y }, -turn)
  return { x: place.x / scale, y: place.y / scale }
}

export function toScreen({ scale, x, y, turn }: View, at: Point): Point {
  const place = turned({ x: at.x * scale, y: at.y * scale }, turn)
  return { x: place.x + x, y: place.y + y }
}

/** The whole page, upright, centered in what the insets leave free. */
export function fitView(page: Size, screen: Size, insets: Insets): View {
  const width = Math.max(32, screen.width - insets.left - insets.right)
  const height = Math.max(32, screen.height - insets.top - insets.bottom)
  const scale = Math.min(width / page.width, height / page.height)
  const middle = { x: insets.left + width / 2, y: insets.top + height / 2 }
  return placed({ scale, turn: 0 }, { x: page.width / 2, y: page.height / 2 }, middle)
}

/** The page at `scale`, its middle in the middle of what the insets leave free. */
export function centerView(
  page: Size,
  screen: Size,
  insets: Insets,
  { scale, turn }: Pick<View, 'scale' | 'turn'>,
): View {
  const middle = {
    x: (insets.left + screen.width - insets.right) / 2,
    y: (insets.top + screen.height - insets.bottom) / 2,
  }
  return placed({ scale, turn }, { x: page.width / 2, y: page.height / 2 }, middle)
}

/** The view of this scale and turn in which a place of the page lies at a place of the screen. */
export function placed({ scale, turn }: Pick<View, 'scale' | 'turn'>, place: Point, at: Point): View {
  const { x, y } = toScreen({ scale, turn, x: 0, y: 0 }, place)
  return { scale, turn, x: at.x - x, y: at.y - y }
}

/** Zooms so that the page's point under `at` stays under it. */
export function zoomAt(view: View, factor: number, at: Point): View {
  const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, view.scale * factor))
  const ratio = scale / view.scale
  return { ...view, scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }
}

/** Turns the page by an angle around the place under `at`. */
export const turnAt = (view: View, angle: number, at: Point): View =>
  placed({ scale: view.scale, turn: bounded(view.turn + angle) }, toPage(view, at), at)

/** The same angle above -pi and at most pi. */
function bounded(angle: number): number {
  const rest = angle - 2 * Math.PI * Math.floor(angle / (2 * Math.PI))
  return rest > Math.PI ? rest - 2 * Math.PI : rest
}

export const panBy = (view: View, dx: number, dy: number): View => ({
  ...view,
  x: view.x + dx,
  y: view.y + dy,
})

/** Follows two fingers that moved from `before` to `after`: their distance zooms, their middle pans, their direction turns. */
export function pinch(view: View, before: readonly [Point, Point], after: readonly [Point, Point]): View {
  const middle = ([a, b]: readonly [Point, Point]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
  const distance = ([a, b]: readonly [Point, Point]) => Math.hypot(a.x - b.x, a.y - b.y)
  const direction = ([a, b]: readonly [Point, Point]) => Math.atan2(b.y - a.y, b.x - a.x)
  const from = middle(before)
  const to = middle(after)
  const moved = panBy(view, to.x - from.x, to.y - from.y)
  const zoomed = zoomAt(moved, distance(after) / Math.max(1, distance(before)), to)
  return turnAt(zoomed, direction(after) - direction(before), to)
}

/** Brings a view back that was dragged off the screen: the page's place nearest to the middle comes into sight. */
export function keepInSight(view: View, page: Size, screen: Size): View {
  const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))
  const middle = toPage(view, { x: screen.width / 2, y: screen.height / 2 })
  const nearest = toScreen(view, {
    x: clamp(middle.x, 0, page.width),
    y: clamp(middle.y, 0, page.height),
  })
  const within = (value: number, room: number) => {
    const kept = Math.min(KEPT_IN_SIGHT, room / 2)
    return clamp(value, kept, room - kept)
  }
  return panBy(
    view,
    within(nearest.x, screen.width) - nearest.x,
    within(nearest.y, screen.height) - nearest.y,
  )
}

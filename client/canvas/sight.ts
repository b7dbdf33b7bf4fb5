/**
 * What a person sees of the page, as it travels to those who follow them, and the view in which somebody else sees all of that,
 * whatever the shape of their screen. Pure.
 */
import { limits } from '../../shared/limits.ts'
import type { Sight } from '../../shared/protocol.ts'
import type { Size } from '../../shared/workSize.ts'
import { UNITS } from './pen.ts'
import { LARGEST_SCALE, placed, SMALLEST_SCALE, toPage, type Insets, type Point, type View } from './view.ts'

/** Closer than this nobody sees the difference: CSS pixels. */
const NEAR = 0.3

type Window = { screen: Size; insets: Insets }
const freeOf = ({ screen, insets }: Window): Size => ({
  width: Math.max(32, screen.width - insets.left - insets.right),
  height: Math.max(32, screen.height - insets.top - insets.bottom),
})
const middleOf = ({ screen, insets }: Window): Point => ({
  x: (insets.left + screen.width - insets.right) / 2,
  y: (insets.top + screen.height - insets.bottom) / 2,
})
const within = (value: number) => Math.min(limits.coordinate, Math.max(-limits.coordinate, value * UNITS))

/** What lies in the part of the window that nothing covers. */
export function sightOf(view: View, window: Window): Sight {
  const free = freeOf(window)
  const middle = toPage(view, middleOf(window))
  return {
    x: within(middle.x),
    y: within(middle.y),
    width: (free.width / view.scale) * UNITS,
    height: (free.height / view.scale) * UNITS,
    turn: view.turn,
  }
}

/** The view that shows all of a sight in the part of the window that nothing covers. */
export function viewOf({ x, y, width, height, turn }: Sight, window: Window): View {
  const free = freeOf(window)
  const fitting = UNITS * Math.min(free.width / width, free.height / height)
  const scale = Math.min(LARGEST_SCALE, Math.max(SMALLEST_SCALE, fitting))
  return placed({ scale, turn }, { x: x / UNITS, y: y / UNITS }, middleOf(window))
}

/** The view on the way from one to another: `share` 0 is the first, 1 the second. Zooms evenly and turns the shorter way. */
export function between(from: View, to: View, share: number, window: Window): View {
  const middle = middleOf(window)
  const [a, b] = [toPage(from, middle), toPage(to, middle)]
  const turned = to.turn - from.turn
  const shorter = turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))
  const scale = from.scale * (to.scale / from.scale) ** share
  const place = { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
  const turn = share === 1 ? to.turn : from.turn + shorter * share
  return placed({ scale, turn }, place, middle)
}

/** Whether two views look the same on this window. */
export function looksLike(one: View, other: View, { screen }: Window): boolean {
  const corners = [
    { x: 0, y: 0 },
    { x: screen.width, y: screen.height },
  ]
  return corners.every((corner) => {
    const [a, b] = [toPage(one, corner), toPage(other, corner)]
    return Math.hypot(a.x - b.x, a.y - b.y) * other.scale < NEAR
  })
}

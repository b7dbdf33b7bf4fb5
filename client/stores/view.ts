/** How the page lies on this person's screen, and the ways to move it. A fitted page stays fitted when the window changes. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Size } from '../../shared/workSize.ts'
import {
  centerView,
  fitView,
  keepInSight,
  panBy,
  pinch as pinchView,
  turnAt,
  zoomAt,
  type Insets,
  type Point,
  type View,
} from '../canvas/view.ts'

/** Narrower than this, the tools lie below the page instead of beside it. */
const PHONE_WIDTH = 720

const besideTools: Insets = { left: 112, right: 24, top: 72, bottom: 76 }
const aboveTools: Insets = { left: 10, right: 10, top: 68, bottom: 208 }

export const useView = defineStore('view', () => {
  const page = shallowRef<Size>({ width: 1, height: 1 })
  const screen = shallowRef<Size>({ width: 1, height: 1 })
  const view = shallowRef<View>({ scale: 1, x: 0, y: 0, turn: 0 })
  const fitted = shallowRef(true)
  /** The tools lie below the page. */
  const narrow = computed(() => screen.value.width <= PHONE_WIDTH)
  /** What a panel covers besides, while it is open. */
  const covered = shallowRef<Partial<Insets>>({})
  const insets = computed<Insets>(() => ({ ...(narrow.value ? aboveTools : besideTools), ...covered.value }))
  const middle = computed<Point>(() => ({
    x: (insets.value.left + screen.value.width - insets.value.right) / 2,
    y: (insets.value.top + screen.value.height - insets.value.bottom) / 2,
  }))

  /** The style of an element that lies on the page from edge to edge. */
  const sheet = computed(() => {
    const { scale, x, y, turn } = view.value
    return {
      width: `${page.value.width * scale}px`,
      height: `${page.value.height * scale}px`,
      transformOrigin: '0 0',
      transform: `translate(${x}px, ${y}px) rotate(${turn}rad)`,
    }
  })

  function look(next: View): void {
    fitted.value = false
    view.value = keepInSight(next, page.value, screen.value)
  }

  function fit(): void {
    view.value = fitView(page.value, screen.value, insets.value)
    fitted.value = true
  }

  /** One page pixel a screen pixel. */
  const actualSize = () =>
    look(centerView(page.value, screen.value, insets.value, { scale: 1, turn: view.value.turn }))
  const zoom = (factor: number, at: Point = middle.value) => look(zoomAt(view.value, factor, at))
  const pan = (dx: number, dy: number) => look(panBy(view.value, dx, dy))
  const turn = (angle: number, at: Point = middle.value) => look(turnAt(view.value, angle, at))
  const pinch = (before: readonly [Point, Point], after: readonly [Point, Point]) =>
    look(pinchView(view.value, before, after))

  watch(insets, () => {
    if (fitted.value) fit()
  })

  function setPage(size: Size): void {
    page.value = size
    fit()
  }

  function setScreen(size: Size): void {
    screen.value = size
    if (fitted.value) fit()
    else look(view.value)
  }

  return {
    page,
    screen,
    narrow,
    covered,
    insets,
    middle,
    view,
    sheet,
    fitted,
    look,
    fit,
    actualSize,
    zoom,
    pan,
    turn,
    pinch,
    setPage,
    setScreen,
  }
})

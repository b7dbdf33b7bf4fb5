/** How the page lies on this person's screen, and the ways to move it. A fitted page stays fitted when the window changes. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Size } from '../../shared/workSize.ts'
import { PageMove } from '../canvas/pageMove.ts'
import {
  centerView,
  fitView,
  keepInSight,
  panBy,
  turnAt,
  zoomAt,
  type Insets,
  type Point,
  type View,
} from '../canvas/view.ts'

/** Narrower than this, the tools lie below the page instead of beside it. */
const PHONE_WIDTH = 720

const besideTools: Insets = { left: 112, right: 24, top: 72, bottom: 76 }
const aboveTools: Insets = { left: 10, right: 10, top: 124, bottom: 208 }

/** One key's turn. */
const TURN_STEP = Math.PI / 12

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
  /** By a step of 15 degrees, from wherever the page lies to the next whole one. */
  const turnStep = (steps: number) => {
    const next = TURN_STEP * (Math.round(view.value.turn / TURN_STEP) + steps)
    look(turnAt(view.value, next - view.value.turn, middle.value))
  }
  const straighten = () => look(turnAt(view.value, -view.value.turn, middle.value))

  /** The gesture that moves the page now, until `rest`. */
  let move: PageMove | undefined
  const pinch = (before: readonly [Point, Point], after: readonly [Point, Point]) =>
    look((move ??= new PageMove(view.value)).pinch(before, after))
  /** Follows a pointer around the middle of the screen. */
  function turnBy(before: Point, after: Point): void {
    const around = middle.value
    const angle = ({ x, y }: Point) => Math.atan2(y - around.y, x - around.x)
    look((move ??= new PageMove(view.value)).turn(angle(after) - angle(before), around))
  }
  const rest = () => (move = undefined)

  /** Page pixels that are so many of 1000 of the page's long side. */
  const share = (perMille: number) => (perMille * Math.max(page.value.width, page.value.height)) / 1000

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
    middle,
    covered,
    insets,
    view,
    sheet,
    fitted,
    look,
    fit,
    actualSize,
    zoom,
    pan,
    turnStep,
    straighten,
    turnBy,
    pinch,
    rest,
    share,
    setPage,
    setScreen,
  }
})

/**
 * This person's hand over the page: what its tools do where they are pressed, and how it moves the page. What pointers mean is told
 * apart in canvas/gestures.ts.
 */
import { shallowRef, watch } from 'vue'
import { fillStroke } from '../canvas/fillStroke.ts'
import { Gestures, type Grip, type PenPart } from '../canvas/gestures.ts'
import type { Paint } from '../canvas/paint.ts'
import { FULL_PRESSURE, penSample, UNITS, type PointerLike } from '../canvas/pen.ts'
import type { Point } from '../canvas/view.ts'
import type { RoomConnection } from '../connection.ts'
import { handTool, type HandTool } from '../handTools.ts'
import type { PickSource } from '../keptOptions.ts'
import { useComments } from '../stores/comments.ts'
import { usePings } from '../stores/pings.ts'
import { useRoom } from '../stores/room.ts'
import { useStudio } from '../stores/studio.ts'
import { useTogether } from '../stores/together.ts'
import { useToolOptions } from '../stores/toolOptions.ts'
import { useView } from '../stores/view.ts'
import { useFillHover } from './useFillHover.ts'
import { useStrokes, type HandWork, type StrokeEnds } from './useStrokes.ts'

export type HandEnds = Pick<StrokeEnds, 'sendLive' | 'changed' | 'tipped'> & {
  isReady: () => boolean
  /** The canvas's top left corner in client coordinates. */
  origin: () => Point
  colorAt: (place: Point, from: PickSource) => number | null
  /** The tool that finishes regions was pressed. */
  finish: (place: Point) => void
}
/** What the eyedropper is over while it is pressed; `at` on the canvas, `color` null where there is none to pick. */
export type Picking = { at: Point; color: number | null; touches: boolean }

/** At most 20 a second. */
const CURSOR_INTERVAL_MS = 55
/** Screen pixels a finger that is held still may move. */
const TREMBLE = 8
const CLICK_ZOOM = 1.5
const SCRUB_ZOOM = 0.008

export function useHand(connection: RoomConnection, ends: HandEnds) {
  const room = useRoom()
  const studio = useStudio()
  const options = useToolOptions()
  const view = useView()
  const together = useTogether()
  const comments = useComments()
  const pings = usePings()
  /** Where the pointer is over the canvas. */
  const pointer = shallowRef<Point | null>(null)
  const picking = shallowRef<Picking | null>(null)
  const filling = useFillHover(pointer)
  const by = () => connection.session.guest.id
  /** What the pressed pointer does. */
  let work: HandWork | undefined
  /** The color under a press before it painted: a long press picks it, for what was painted is on its way to all pictures. */
  let beneath: number | null = null
  let cursorSentAt = 0

  const local = ({ x, y }: Point): Point => ({ x: x - ends.origin().x, y: y - ends.origin().y })
  const localOf = ({ clientX, clientY }: PointerLike) => local({ x: clientX, y: clientY })
  const sample = (pointer: PointerLike) => {
    const at = penSample(pointer, view.view, ends.origin())
    return options.pressure ? at : { ...at, pressure: FULL_PRESSURE }
  }
  function placeOf(pointer: PointerLike): Point {
    const { x, y } = sample(pointer)
    return { x: x / UNITS, y: y / UNITS }
  }

  const strokes = useStrokes({ ...ends, by, sample, commit: (stroke) => connection.commit(stroke) })

  /** What is on the brush. */
  const dipped = () => ({ color: studio.color, swatch: studio.swatch ?? undefined })

  function fill(place: Point): void {
    const stroke = fillStroke(place, view.page, view.share(options.gap), { by: by(), ...dipped() })
    if (!stroke) return
    connection.commit(stroke)
    studio.used(studio.color)
  }

  /** What a press of a tool that neither paints nor moves the page does at a place, in page pixels. */
  const presses: Partial<Record<HandTool, (place: Point) => void>> = {
    fill,
    finish: ends.finish,
    comment: comments.begin,
    ping: pings.point,
  }

  /** Does something once, where the pointer is lifted. */
  function once(at: PointerLike, act: (place: Point) => void): HandWork {
    let last = at
    return {
      draw: (samples) => (last = samples.at(-1)!),
      lift: () => act(placeOf(last)),
      takeBack: () => undefined,
    }
  }

  const colorUnder = (at: PointerLike) => ends.colorAt(placeOf(at), options.pickFrom)

  /** `under`: the color where it begins, when that is known better than it can be seen now. */
  function dip(at: PointerLike, under = colorUnder(at)): HandWork {
    const show = (at: PointerLike, color: number | null) =>
      (picking.value = { at: localOf(at), color, touches: at.pointerType === 'touch' })
    show(at, under)
    return {
      draw(samples) {
        const now = samples.at(-1)!
        const moved = Math.hypot(now.clientX - at.clientX, now.clientY - at.clientY)
        show(now, moved > TREMBLE ? colorUnder(now) : under)
      },
      lift() {
        const color = picking.value?.color ?? null
        picking.value = null
        if (color !== null) studio.dip(color)
      },
      takeBack: () => (picking.value = null),
    }
  }

  function paint(at: PointerLike, tool: HandTool | 'turn', part: PenPart): HandWork {
    const erases = tool === 'eraser' || part === 'eraser'
    const paint: Paint = { tool: erases ? 'erase' : 'brush', ...dipped(), size: studio.size }
    return strokes.press(paint, sample(at), tool === 'dot' && !erases)
  }

  function begin(at: PointerLike, part: PenPart): HandWork | undefined {
    const tool = studio.activeTool
    if (!ends.isReady() || !tells(tool)) return undefined
    if (at.pointerType !== 'mouse') beneath = colorUnder(at)
    const act = tool === 'turn' || part === 'eraser' ? undefined : presses[tool]
    if (part === 'barrel' || tool === 'eyedropper') return dip(at)
    return act ? once(at, act) : paint(at, tool, part)
  }

  /** Whether this person may use the tool here. */
  const tells = (tool: HandTool | 'turn') => room.paints || (tool !== 'turn' && !handTool(tool).paints)

  function grip(): Grip {
    const tool = studio.activeTool
    if (tool === 'turn' || tool === 'zoom') return tool
    return tool === 'hand' || !tells(tool) ? 'pan' : 'use'
  }

  /** A long press picks the color under it, with any tool that paints. */
  function hold(at: PointerLike): void {
    if (!work || !room.paints || picking.value || !handTool(studio.tool).paints) return
    work.takeBack()
    work = dip(at, beneath)
  }

  function hover(at: PointerLike | null): void {
    pointer.value = at && localOf(at)
    const now = performance.now()
    if (!at || together.hidesCursor || now - cursorSentAt < CURSOR_INTERVAL_MS) return
    cursorSentAt = now
    const { x, y } = sample(at)
    connection.sendCursor({ x, y, tool: studio.activeTool })
  }

  function end(how: 'lift' | 'takeBack'): void {
    const ending = work
    work = undefined
    ending?.[how]()
  }

  const gestures = new Gestures({
    grip,
    fingersPaint: () => !options.penSeen || options.drawsWithFingers,
    penSeen: () => (options.penSeen = true),
    press: (at, part) => (work = begin(at, part)),
    draw: (samples, predicted) => work?.draw(samples, predicted),
    hold,
    lift: () => end('lift'),
    takeBack: () => end('takeBack'),
    pan: view.pan,
    turn: (before, after) => view.turnBy(local(before), local(after)),
    zoom: (dx, at) => view.zoom(Math.exp(dx * SCRUB_ZOOM), local(at)),
    zoomClick: (at, out) => view.zoom(out ? 1 / CLICK_ZOOM : CLICK_ZOOM, local(at)),
    pinch: ([a, b], [c, d]) => view.pinch([local(a), local(b)], [local(c), local(d)]),
    rest: view.rest,
    tap: (fingers) => void (fingers === 2 ? room.undo() : room.redo()),
    hover,
  })

  // A stroke under the pen when the page is locked would come to nobody.
  watch(
    () => room.paints,
    (paints) => paints || end('takeBack'),
    { flush: 'sync' },
  )

  return { pointer, picking, filling, gestures, growing: strokes.growing, shaping: strokes.shaping }
}

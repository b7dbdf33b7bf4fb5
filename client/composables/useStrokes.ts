/**
 * The strokes of this person's hand: freehand, dots and straight lines, from press to lift. Each press is one `HandWork`, which knows
 * how it goes on; the page and the others see it grow.
 */
import { onScopeDispose } from 'vue'
import { Brush, type BrushEnds } from '../canvas/brush.ts'
import type { WetStroke } from '../canvas/wetStroke.ts'
import type { Paint } from '../canvas/paint.ts'
import { UNITS, type PenSample, type PointerLike } from '../canvas/pen.ts'
import { ShapedStroke } from '../canvas/shapedStroke.ts'
import { Stabilizer } from '../canvas/stabilizer.ts'
import { lineEnd } from '../canvas/straightLine.ts'
import type { Tip } from '../canvas/tipLayer.ts'
import { useStudio } from '../stores/studio.ts'
import { useToolOptions } from '../stores/toolOptions.ts'
import { useView } from '../stores/view.ts'
import { useModifiers } from './useModifiers.ts'

/** What a pressed pointer does until it is lifted. */
export type HandWork = {
  draw: (samples: readonly PointerLike[], predicted: readonly PointerLike[]) => void
  lift: () => void
  takeBack: () => void
}

export type StrokeEnds = BrushEnds & {
  sample: (pointer: PointerLike) => PenSample
  /** What the tip of the pen shows is another thing. */
  tipped: (tip: Tip | null) => void
}

/** Screen pixels from which on a press is a drag. */
const DRAG = 6

export function useStrokes(ends: StrokeEnds) {
  const studio = useStudio()
  const options = useToolOptions()
  const view = useView()
  const brush = new Brush(ends)
  const shaped = new ShapedStroke({ ...ends, changed: reshaped })
  const modifiers = useModifiers(() => turnLine?.())
  /** Where the last stroke ended. */
  let lastEnd: PenSample | null = null
  /** The line under the pen is drawn anew: a modifier key changed. */
  let turnLine: (() => void) | undefined

  function reshaped(gone: boolean): void {
    ends.tipped(shaped.wet && { stroke: shaped.wet })
    ends.changed(gone)
  }

  /** Shows where the pen will likely be in the next display frame. */
  function predict(samples: readonly PenSample[]): void {
    const wet = brush.wet
    if (!wet || wet.tool === 'erase' || options.stabilizer > 0 || samples.length === 0)
      return ends.tipped(null)
    const end = wet.points.length
    const last = [wet.points[end - 3]!, wet.points[end - 2]!, wet.points[end - 1]!]
    const tail = [...last, ...samples.flatMap(({ x, y, pressure }) => [x, y, pressure])]
    ends.tipped({ stroke: { ...wet, points: tail }, after: wet })
  }

  function finish(end: PenSample | null, { tool, color }: Paint): void {
    ends.tipped(null)
    lastEnd = end
    if (tool === 'brush') studio.used(color)
  }

  function freehand(paint: Paint, start: PenSample): HandWork {
    let last = start
    let line: HandWork | undefined
    brush.press(paint, start, new Stabilizer(options.stabilizer, view.view.scale, start))
    /** Shift that comes later makes a line of what was begun. */
    turnLine = () => {
      if (line || !modifiers.shift) return
      brush.takeBack()
      ends.tipped(null)
      line = straight(paint, start, last, null)
    }
    return {
      draw(samples, predicted) {
        if (line) return line.draw(samples, predicted)
        const places = samples.map(ends.sample)
        last = places.at(-1) ?? last
        brush.draw(places, view.view.scale)
        predict(predicted.map(ends.sample))
      },
      lift() {
        if (line) return line.lift()
        turnLine = undefined
        brush.lift()
        finish(last, paint)
      },
      takeBack() {
        if (line) return line.takeBack()
        turnLine = undefined
        ends.tipped(null)
        brush.takeBack()
      },
    }
  }

  /** `goesOnFrom`: where a line begins that is only clicked; dragged, it begins where it was pressed. */
  function straight(paint: Paint, start: PenSample, at: PenSample, goesOnFrom: PenSample | null): HandWork {
    let pen = at
    let pressure = Math.max(start.pressure, at.pressure)
    let from = goesOnFrom ?? start
    const shape = () => {
      const end = lineEnd(from, pen, modifiers.ctrl)
      const isDot = end.x === from.x && end.y === from.y
      return (isDot ? [from] : [from, end]).map((place) => ({ ...place, pressure }))
    }
    turnLine = () => shaped.reshape(shape())
    shaped.press(paint, shape())
    return {
      draw(samples) {
        pen = ends.sample(samples.at(-1)!)
        pressure = Math.max(pressure, pen.pressure)
        if (Math.hypot(pen.x - start.x, pen.y - start.y) * view.view.scale > DRAG * UNITS) from = start
        shaped.reshape(shape())
      },
      lift() {
        turnLine = undefined
        shaped.lift()
        finish(shape().at(-1)!, paint)
      },
      takeBack() {
        turnLine = undefined
        shaped.takeBack()
      },
    }
  }

  function dot(paint: Paint, start: PenSample): HandWork {
    let pen = start
    shaped.press(paint, [pen])
    return {
      draw(samples) {
        const next = ends.sample(samples.at(-1)!)
        // As large as the pen pressed most.
        pen = { ...next, pressure: Math.max(pen.pressure, next.pressure) }
        shaped.reshape([pen])
      },
      lift() {
        shaped.lift()
        finish(pen, paint)
      },
      takeBack: () => shaped.takeBack(),
    }
  }

  function press(paint: Paint, start: PenSample, isDot: boolean): HandWork {
    if (isDot) return dot(paint, start)
    if (modifiers.shift) return straight(paint, start, start, lastEnd)
    return options.lineAssist ? straight(paint, start, start, null) : freehand(paint, start)
  }

  onScopeDispose(() => {
    brush.lift()
    shaped.lift()
  })

  return {
    press,
    /** The stroke that only grows. */
    growing: (): WetStroke | null => brush.wet,
    /** The stroke that changes its shape. */
    shaping: (): WetStroke | null => shaped.wet,
  }
}

/**
 * A panel that lies where it was dragged, as large as it was made, within the window; remembered by this browser under `entry`. Moved and
 * sized by pointer or by arrow keys. Without a place of its own it lies where its style puts it.
 */
import { computed, onScopeDispose, shallowRef } from 'vue'

export type Place = { left: number; top: number; width: number; height: number }

const KEY_STEP = 16
const LEAST = { width: 140, height: 120 }
/** Left free between the panel and the window's edges. */
const EDGE = 6

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
}

export function useFloating(entry: string, panel: () => HTMLElement | null) {
  const place = shallowRef<Place | null>(remembered(entry))
  const screen = shallowRef({ width: innerWidth, height: innerHeight })
  const resized = () => (screen.value = { width: innerWidth, height: innerHeight })
  addEventListener('resize', resized)
  onScopeDispose(() => removeEventListener('resize', resized))

  /** Within the window, whatever became of it. */
  const fitted = computed(() => place.value && within(place.value, screen.value))
  const style = computed(() => {
    if (!fitted.value) return {}
    const { left, top, width, height } = fitted.value
    return {
      left: `${left}px`,
      top: `${top}px`,
      right: 'auto',
      width: `${width}px`,
      '--height': `${height}px`,
    }
  })

  function now(): Place {
    const { left, top, width, height } = panel()!.getBoundingClientRect()
    return { left, top, width, height: fitted.value?.height ?? height }
  }

  function put(next: Place): void {
    place.value = within(next, screen.value)
    try {
      localStorage.setItem(entry, JSON.stringify(place.value))
    } catch {
      // Full or forbidden: it lies where it is until the page is closed.
    }
  }

  const moved = (from: Place, x: number, y: number) =>
    put({ ...from, left: from.left + x, top: from.top + y })
  const sized = (from: Place, x: number, y: number) =>
    put({ ...from, width: from.width + x, height: from.height + y })

  function drag(event: PointerEvent, change: typeof moved): void {
    const handle = event.currentTarget as HTMLElement
    const from = now()
    const { clientX, clientY } = event
    handle.setPointerCapture(event.pointerId)
    const move = (at: PointerEvent) => change(from, at.clientX - clientX, at.clientY - clientY)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
      once: true,
    })
  }

  function key(event: KeyboardEvent, change: typeof moved): void {
    const arrow = arrows[event.key]
    if (!arrow) return
    event.preventDefault()
    event.stopPropagation()
    change(now(), ...arrow)
  }

  return {
    style,
    move: {
      pointerdown: (event: PointerEvent) => drag(event, moved),
      keydown: (event: KeyboardEvent) => key(event, moved),
    },
    size: {
      pointerdown: (event: PointerEvent) => drag(event, sized),
      keydown: (event: KeyboardEvent) => key(event, sized),
    },
  }
}

function within(place: Place, screen: { width: number; height: number }): Place {
  const width = clamp(place.width, LEAST.width, screen.width - 2 * EDGE)
  const height = clamp(place.height, LEAST.height, screen.height - 2 * EDGE)
  return {
    width,
    height,
    left: clamp(place.left, EDGE, screen.width - width - EDGE),
    top: clamp(place.top, EDGE, screen.height - height - EDGE),
  }
}

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

function remembered(entry: string): Place | null {
  try {
    const value = JSON.parse(localStorage.getItem(entry) ?? 'null') as Partial<Place> | null
    const { left, top, width, height } = value ?? {}
    return [left, top, width, height].every(Number.isFinite) ? (value as Place) : null
  } catch {
    return null
  }
}

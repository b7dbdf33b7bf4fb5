import { describe, expect, test } from 'vitest'
import { fitView, keepInSight, panBy, pinch, toPage, toScreen, zoomAt } from './view.ts'

const page = { width: 1000, height: 500 }
const screen = { width: 800, height: 600 }
const insets = { left: 100, right: 20, top: 40, bottom: 60 }

describe('view', () => {
  test('screen to page and back is the same place', () => {
    const view = { scale: 0.37, x: -120.5, y: 44 }
    const at = { x: 321, y: 123 }
    const back = toScreen(view, toPage(view, at))
    expect(back.x).toBeCloseTo(at.x)
    expect(back.y).toBeCloseTo(at.y)
  })

  test('a fitted page is whole, centered, and clear of the tools', () => {
    const view = fitView(page, screen, insets)
    const topLeft = toScreen(view, { x: 0, y: 0 })
    const bottomRight = toScreen(view, { x: page.width, y: page.height })
    expect(topLeft.x).toBeCloseTo(100)
    expect(bottomRight.x).toBeCloseTo(780)
    expect(topLeft.y - 40).toBeCloseTo(540 - bottomRight.y)
  })

  test('zooming keeps the place under the pointer, also at the limits', () => {
    let view = fitView(page, screen, insets)
    const at = { x: 250, y: 333 }
    const place = toPage(view, at)
    for (const factor of [1.5, 0.4, 1000, 1e-6]) {
      view = zoomAt(view, factor, at)
      expect(toPage(view, at).x).toBeCloseTo(place.x, 3)
      expect(toPage(view, at).y).toBeCloseTo(place.y, 3)
    }
    expect(view.scale).toBe(0.02)
  })

  test('two fingers hold the two places they touched', () => {
    const view = { scale: 1, x: 10, y: 20 }
    const before = [
      { x: 100, y: 100 },
      { x: 200, y: 100 },
    ] as const
    const after = [
      { x: 80, y: 150 },
      { x: 280, y: 150 },
    ] as const
    const next = pinch(view, before, after)
    expect(next.scale).toBeCloseTo(2)
    for (const i of [0, 1] as const) {
      const held = toScreen(next, toPage(view, before[i]))
      expect(held.x).toBeCloseTo(after[i].x)
      expect(held.y).toBeCloseTo(after[i].y)
    }
  })

  test('a page dragged away stays in sight', () => {
    const view = { scale: 1, x: 0, y: 0 }
    expect(keepInSight(panBy(view, 5000, -5000), page, screen)).toEqual({ scale: 1, x: 736, y: -436 })
    expect(keepInSight(view, page, screen)).toEqual(view)
  })
})

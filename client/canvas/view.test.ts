import { describe, expect, test } from 'vitest'
import {
  centerView,
  fitView,
  keepInSight,
  panBy,
  pinch,
  toPage,
  toScreen,
  turnAt,
  zoomAt,
  type Point,
} from './view.ts'

const page = { width: 1000, height: 500 }
const screen = { width: 800, height: 600 }
const insets = { left: 100, right: 20, top: 40, bottom: 60 }

describe('view', () => {
  test('screen to page and back is the same place', () => {
    const view = { scale: 0.37, x: -120.5, y: 44, turn: 0.7 }
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
    const view = { scale: 1, x: 10, y: 20, turn: 0.2 }
    const before = [
      { x: 100, y: 100 },
      { x: 200, y: 100 },
    ] as const
    const after = [
      { x: 80, y: 150 },
      { x: 80, y: 350 },
    ] as const
    const next = pinch(view, before, after)
    expect(next.scale).toBeCloseTo(2)
    expect(next.turn).toBeCloseTo(0.2 + Math.PI / 2)
    for (const i of [0, 1] as const) {
      const held = toScreen(next, toPage(view, before[i]))
      expect(held.x).toBeCloseTo(after[i].x)
      expect(held.y).toBeCloseTo(after[i].y)
    }
  })

  test('a page dragged away stays in sight', () => {
    const view = { scale: 1, x: 0, y: 0, turn: 0 }
    expect(keepInSight(panBy(view, 5000, -5000), page, screen)).toEqual({
      scale: 1,
      x: 736,
      y: -436,
      turn: 0,
    })
    expect(keepInSight(view, page, screen)).toEqual(view)
  })

  test('a turned page dragged away keeps a place of its own in sight, and not only its frame', () => {
    const view = { scale: 1, x: 0, y: 0, turn: Math.PI / 4 }
    for (const [dx, dy] of [
      [5000, 0],
      [0, -5000],
      [-5000, 5000],
    ] as const) {
      const next = keepInSight(panBy(view, dx, dy), page, screen)
      const edges = Array.from({ length: 201 }, (_, i) => i / 200).flatMap((share) => [
        { x: share * page.width, y: 0 },
        { x: share * page.width, y: page.height },
        { x: 0, y: share * page.height },
        { x: page.width, y: share * page.height },
      ])
      const isInSight = ({ x, y }: Point) => x >= 58 && x <= 742 && y >= 58 && y <= 542
      expect(edges.map((place) => toScreen(next, place)).some(isInSight)).toBe(true)
    }
  })

  test('turning keeps the place it turns around, clockwise, and never winds up', () => {
    const at = { x: 250, y: 333 }
    let view = fitView(page, screen, insets)
    const place = toPage(view, at)
    const right = toPage(view, { x: 260, y: 333 })
    view = turnAt(view, Math.PI / 2, at)
    expect(toScreen(view, right).x).toBeCloseTo(250)
    expect(toScreen(view, right).y).toBeCloseTo(343)
    for (let i = 0; i < 7; i++) view = turnAt(view, Math.PI / 2, at)
    expect(toPage(view, at).x).toBeCloseTo(place.x)
    expect(view.turn).toBeCloseTo(0)
    expect(turnAt(view, 1.5 * Math.PI, at).turn).toBeCloseTo(-Math.PI / 2)
  })

  test('the page at a scale lies in the middle as it is turned', () => {
    const view = centerView(page, screen, insets, { scale: 1, turn: 1 })
    expect(view).toMatchObject({ scale: 1, turn: 1 })
    const middle = toScreen(view, { x: 500, y: 250 })
    expect(middle.x).toBeCloseTo(440)
    expect(middle.y).toBeCloseTo(290)
  })
})

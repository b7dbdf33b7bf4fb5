import { describe, expect, test } from 'vitest'
import { PageMove, snapped } from './pageMove.ts'
import { toPage, type Point, type View } from './view.ts'

const degrees = (angle: number) => (angle * Math.PI) / 180
const upright: View = { scale: 1, x: 0, y: 0, turn: 0 }
/** Two fingers around (200, 200), the first in the direction of `angle` degrees. */
const fingers = (angle: number, gap = 100): [Point, Point] => [
  { x: 200 + gap * Math.cos(degrees(angle)), y: 200 + gap * Math.sin(degrees(angle)) },
  { x: 200 - gap * Math.cos(degrees(angle)), y: 200 - gap * Math.sin(degrees(angle)) },
]

describe('moving the page', () => {
  test('near a quarter turn the page snaps, elsewhere it does not', () => {
    expect(snapped(degrees(3))).toBe(0)
    expect(snapped(degrees(-3))).toBeCloseTo(0)
    expect(snapped(degrees(91))).toBeCloseTo(Math.PI / 2)
    expect(snapped(degrees(-178))).toBeCloseTo(Math.PI)
    expect(snapped(degrees(20))).toBe(degrees(20))
  })

  test('fingers that zoom and hardly twist leave the page upright', () => {
    const move = new PageMove(upright)
    const view = move.pinch(fingers(0, 100), fingers(8, 180))
    expect(view.turn).toBeCloseTo(0)
    expect(view.scale).toBeCloseTo(1.8)
  })

  test('fingers that twist turn the page from there on, around the place between them', () => {
    const move = new PageMove(upright)
    const place = toPage(upright, { x: 200, y: 200 })
    let view = upright
    for (let angle = 0; angle < 60; angle += 4) view = move.pinch(fingers(angle), fingers(angle + 4))
    expect(view.turn).toBeCloseTo(degrees(48))
    expect(toPage(view, { x: 200, y: 200 }).x).toBeCloseTo(place.x)
    expect(toPage(view, { x: 200, y: 200 }).y).toBeCloseTo(place.y)
  })

  test('snapped, it lets go again when the hand goes on', () => {
    const move = new PageMove({ ...upright, turn: degrees(10) })
    const at = { x: 0, y: 0 }
    expect(move.turn(degrees(-8), at).turn).toBeCloseTo(0)
    expect(move.turn(degrees(-4), at).turn).toBeCloseTo(0)
    expect(move.turn(degrees(-6), at).turn).toBeCloseTo(degrees(-8))
  })
})

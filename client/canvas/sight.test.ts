import { expect, it } from 'vitest'
import { between, looksLike, sightOf, viewOf } from './sight.ts'
import { placed, toPage, toScreen, type View } from './view.ts'

const desk = { screen: { width: 1280, height: 800 }, insets: { left: 112, right: 24, top: 72, bottom: 76 } }
const phone = { screen: { width: 390, height: 844 }, insets: { left: 10, right: 10, top: 68, bottom: 208 } }
const view: View = placed({ scale: 2.5, turn: 0.7 }, { x: 400, y: 300 }, { x: 684, y: 398 })

it('B1 on the same window a sight is the same view again', () => {
  expect(looksLike(viewOf(sightOf(view, desk), desk), view, desk)).toBe(true)
})

it('B1 on a narrower window all of it is seen, its middle in the middle, turned alike', () => {
  const sight = sightOf(view, desk)
  const seen = viewOf(sight, phone)
  expect(seen.turn).toBeCloseTo(0.7)
  expect(toPage(seen, { x: 195, y: 352 }).x).toBeCloseTo(sight.x / 8, 3)
  const { left, right, top, bottom } = { left: 112, right: 1256, top: 72, bottom: 724 }
  for (const corner of [
    { x: left, y: top },
    { x: right, y: top },
    { x: left, y: bottom },
    { x: right, y: bottom },
  ]) {
    const at = toScreen(seen, toPage(view, corner))
    expect(at.x).toBeGreaterThan(9)
    expect(at.x).toBeLessThan(381)
    expect(at.y).toBeGreaterThan(67)
    expect(at.y).toBeLessThan(637)
  }
})

it('B1 a sight is always one that may be sent, however far away the page is', () => {
  const far = sightOf({ scale: 0.02, x: 1270, y: 790, turn: 0 }, desk)
  expect(Math.abs(far.x)).toBeLessThanOrEqual(8 * 8192)
  expect(sightOf({ scale: 32, x: 0, y: 0, turn: 0 }, desk).width).toBeGreaterThanOrEqual(1)
})

it('B1 the way to another view zooms evenly and turns the shorter way', () => {
  const from: View = { ...view, turn: 3 }
  const to: View = { scale: 10, x: 0, y: 0, turn: -3 }
  expect(between(from, to, 0.5, desk).scale).toBeCloseTo(5)
  expect(Math.abs(between(from, to, 0.5, desk).turn)).toBeCloseTo(Math.PI, 1)
  expect(looksLike(between(from, to, 0, desk), from, desk)).toBe(true)
  expect(looksLike(between(from, to, 1, desk), to, desk)).toBe(true)
  expect(looksLike(from, to, desk)).toBe(false)
})

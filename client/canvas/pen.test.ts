import { describe, expect, test } from 'vitest'
import { limits } from '../../shared/limits.ts'
import { penSample, PenPath, pressureOf } from './pen.ts'

const mouse = { clientX: 0, clientY: 0, pressure: 0.5, pointerType: 'mouse' }

describe('pen', () => {
  test('mouse and touch paint at full pressure, and so does a pen that reports exactly 0.5', () => {
    expect(pressureOf({ pointerType: 'mouse', pressure: 0.5 })).toBe(255)
    expect(pressureOf({ pointerType: 'touch', pressure: 0.2 })).toBe(255)
    expect(pressureOf({ pointerType: 'pen', pressure: 0.5 })).toBe(255)
    expect(pressureOf({ pointerType: 'pen', pressure: 0.25 })).toBe(64)
    expect(pressureOf({ pointerType: 'pen', pressure: 7 })).toBe(255)
  })

  test('a sample is whole eighths of a page pixel under the pointer, whatever the zoom', () => {
    const view = { scale: 0.5, x: 30, y: -10, turn: 0 }
    const at = penSample({ ...mouse, clientX: 150, clientY: 95 }, view, { x: 20, y: 5 })
    expect(at).toEqual({ x: 1600, y: 1600, pressure: 255 })
  })

  test('a sample stays within the coordinates a stroke may have', () => {
    const far = penSample(
      { ...mouse, clientX: 1e9, clientY: -1e9 },
      { scale: 0.02, x: 0, y: 0, turn: 0 },
      { x: 0, y: 0 },
    )
    expect(far).toMatchObject({ x: limits.coordinate, y: -limits.coordinate })
  })

  test('a tap leaves one point; a hand that trembles adds none; a dot grows with the pressure', () => {
    const path = new PenPath()
    expect(path.add({ x: 80, y: 80, pressure: 255 })).toBe(true)
    expect(path.add({ x: 81, y: 80, pressure: 255 })).toBe(false)
    expect(path.add({ x: 80, y: 80, pressure: 100 })).toBe(true)
    expect(path.count).toBe(2)
  })

  test('a path takes no more points than one stroke may have', () => {
    const path = new PenPath()
    for (let i = 0; i < limits.points + 5; i++) path.add({ x: i * 16, y: 0, pressure: 255 })
    expect(path.count).toBe(limits.points)
    expect(path.full).toBe(true)
  })
})

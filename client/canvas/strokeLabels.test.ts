import { expect, it } from 'vitest'
import type { Stroke, Tool } from '../../shared/strokes.ts'
import { StrokeLabeler } from './strokeLabels.ts'

const SIDE = 300
/** Two boxes beside each other. */
const grey = new Uint8Array(SIDE * SIDE).fill(255)
for (const left of [20, 155]) {
  for (let i = 0; i < 125; i++) {
    for (let k = 0; k < 5; k++) {
      for (const [x, y] of [
        [left + i, 20 + k],
        [left + i, 140 + k],
        [left + k, 20 + i],
        [left + 120 + k, 20 + i],
      ] as const)
        grey[y * SIDE + x] = 0
    }
  }
}
const dab = (id: string, x: number, y: number, tool: Tool = 'brush', width = 80): Stroke => ({
  id,
  by: 'ann',
  tool,
  color: 0xff0000,
  width,
  points: Int32Array.of(8 * x, 8 * y, 255),
})

function look(strokes: readonly Stroke[]) {
  const { width, height, touched, spread } = new StrokeLabeler(grey, { width: SIDE, height: SIDE }).label(
    strokes,
  )
  return (x: number, y: number) => {
    const at = Math.floor((y * height) / SIDE) * width + Math.floor((x * width) / SIDE)
    return [touched[at], spread[at]].map((label) => strokes[label! - 1]?.id)
  }
}

it('T12 tells the uppermost stroke, and the one that colored a region', () => {
  const at = look([dab('left', 60, 60), dab('right', 200, 60), dab('over', 64, 60)])
  expect(at(64, 60)).toEqual(['over', 'over'])
  expect(at(56, 60)).toEqual(['left', 'left'])
  expect(at(200, 60)).toEqual(['right', 'right'])
  // Strokes of one color are told apart too.
  expect(at(60, 130)[0]).toBeUndefined()
  expect(['left', 'over']).toContain(at(60, 130)[1])
  expect(at(250, 130)).toEqual([undefined, 'right'])
})

it('T12 who erased is told where they did, and colors nothing', () => {
  const at = look([dab('left', 60, 60), dab('gone', 60, 60, 'erase', 200)])
  expect(at(60, 60)).toEqual(['gone', undefined])
})

it('T12 a fill is where it fills; nothing painted is nobody’s', () => {
  expect(look([dab('fill', 200, 60, 'fill', 0)])(250, 130)).toEqual(['fill', 'fill'])
  expect(look([])(60, 60)).toEqual([undefined, undefined])
})

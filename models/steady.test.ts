import { expect, it } from 'vitest'
import { keepUnseen } from './steady.ts'

it('E15 refining leaves a pixel as it was drafted unless it changes it visibly, and then wholly', () => {
  const draft = { width: 3, height: 1, rgb: Uint8Array.of(100, 100, 100, 100, 100, 100, 0, 255, 7) }
  const refined = { width: 3, height: 1, rgb: Uint8Array.of(103, 97, 100, 104, 99, 100, 0, 254, 4) }
  keepUnseen(refined, draft)
  expect([...refined.rgb]).toEqual([100, 100, 100, 104, 99, 100, 0, 255, 7])
})

import { describe, expect, it } from 'vitest'
import { inkAtWorkSize } from './ink.ts'
import { workSizeOf } from './workSize.ts'

describe('working size', () => {
  it.each([
    [
      { width: 4096, height: 2896 },
      { width: 512, height: 362, paddedWidth: 512, paddedHeight: 384 },
    ],
    [
      { width: 300, height: 200 },
      { width: 300, height: 200, paddedWidth: 320, paddedHeight: 256 },
    ],
    [
      { width: 64, height: 64 },
      { width: 256, height: 256, paddedWidth: 256, paddedHeight: 256 },
    ],
    [
      { width: 1, height: 5000 },
      { width: 2, height: 512, paddedWidth: 64, paddedHeight: 512 },
    ],
  ])('of %o is %o', (page, work) => expect(workSizeOf(page)).toEqual(work))

  it('keeps a one-pixel line of a large page as ink, and paper as paper', () => {
    const page = { width: 2048, height: 256 }
    const grey = new Uint8Array(2048 * 256).fill(255)
    for (let y = 0; y < 256; y++) grey[y * 2048 + 1000] = 0
    const work = workSizeOf(page)
    const ink = inkAtWorkSize(grey, page, work)
    expect(ink[10 * work.paddedWidth + 250]).toBeGreaterThan(128)
    expect(ink[10 * work.paddedWidth + 251]).toBe(0)
    expect(ink[work.paddedWidth * work.paddedHeight - 1]).toBe(0)
  })
})

import { expect, it } from 'vitest'
import { seeded } from './golden.fixture.ts'
import { whitenPaper } from './paper.ts'

const size = { width: 200, height: 150 }
const random = seeded(5)

/** A photo: paper from 140 to 215 with grain, a line across, a solid black patch. */
function photo(): { grey: Uint8Array; isLine: (x: number, y: number) => boolean } {
  const isLine = (x: number, y: number) => y === 75 || (x > 20 && x < 50 && y > 20 && y < 60)
  const grey = new Uint8Array(size.width * size.height)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const paper = 140 + Math.floor((75 * x) / size.width)
      grey[y * size.width + x] = Math.floor(isLine(x, y) ? paper / 5 : paper) + random(7) - 3
    }
  }
  return { grey, isLine }
}

it('the paper of a photo becomes white, lines and solid blacks stay dark', () => {
  const { grey, isLine } = photo()
  whitenPaper(grey, size)
  for (let y = 0; y < size.height; y += 3) {
    for (let x = 0; x < size.width; x += 3) {
      const value = grey[y * size.width + x]!
      if (isLine(x, y)) expect(value).toBeLessThan(75)
      else expect(value).toBeGreaterThan(228)
    }
  }
})

it('a clean drawing is not changed, whatever its greys', () => {
  const grey = new Uint8Array(size.width * size.height).fill(255)
  for (let i = 0; i < 3000; i++) grey[random(grey.length)] = random(256)
  const before = grey.slice()
  whitenPaper(grey, size)
  expect(grey).toEqual(before)
})

it('an all black page stays black', () => {
  const grey = new Uint8Array(size.width * size.height)
  whitenPaper(grey, size)
  expect(grey.every((value) => value === 0)).toBe(true)
})

import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decodeCleaned } from './cleanedSketch.ts'
import { decodeSketch } from './image.ts'

const WIDTH = 320
const HEIGHT = 240

/** A ring around the middle, on paper. */
function ring(paper: readonly number[], ink: readonly number[], channels: 3 | 4 = 3) {
  const bytes = Buffer.alloc(channels * WIDTH * HEIGHT)
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const away = Math.hypot((at % WIDTH) - WIDTH / 2, Math.floor(at / WIDTH) - HEIGHT / 2)
    bytes.set(Math.abs(away - 70) < 3 ? ink : paper, channels * at)
  }
  return sharp(bytes, { raw: { width: WIDTH, height: HEIGHT, channels } })
    .png()
    .toBuffer()
}
const at = (page: { width: number; grey: Uint8Array }, x: number, y: number) => page.grey[y * page.width + x]!
const onRing = [WIDTH / 2 + 70, HEIGHT / 2] as const
const inside = [WIDTH / 2, HEIGHT / 2] as const

test('L11 clean line art comes out byte for byte as it does without cleaning', async () => {
  const bytes = await readFile(new URL('../server/samples/cats.png', import.meta.url))
  const cleaned = await decodeCleaned(bytes)
  expect(Buffer.compare(cleaned.grey, (await decodeSketch(bytes)).grey)).toBe(0)
})

test.each([
  ['on grey paper', [170, 165, 150], [120, 115, 105], 3],
  ['in white on black', [10, 10, 10], [240, 240, 240], 3],
  ['in white on nothing', [0, 0, 0, 0], [255, 255, 255, 255], 4],
] as const)('L15 a drawing %s becomes dark lines on white', async (_, paper, ink, channels) => {
  const page = await decodeCleaned(await ring(paper, ink, channels))
  expect([page.width, page.height]).toEqual([WIDTH, HEIGHT])
  expect(at(page, ...onRing)).toBeLessThan(60)
  expect(at(page, ...inside)).toBe(255)
  expect(at(page, 4, 4)).toBe(255)
})

test('L15 a page without lines and a black one are refused by their codes', async () => {
  await expect(decodeCleaned(await ring([255, 255, 255], [255, 255, 255]))).rejects.toMatchObject({
    code: 'no-lines',
  })
  await expect(decodeCleaned(await ring([3, 3, 3], [3, 3, 3]))).rejects.toMatchObject({
    code: 'too-dark',
  })
})

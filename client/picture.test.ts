import { expect, test } from 'vitest'
import { limits } from '../shared/limits.ts'
import { refusals } from '../shared/protocol.ts'
import { checkPicture, titleOf } from './picture.ts'

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const file = (...bytes: number[]) => new Blob([Uint8Array.from(bytes)])

test('a picture is known by its first bytes, not by its name', async () => {
  expect(await checkPicture(file(...png, 1))).toBe('image/png')
  expect(await checkPicture(file(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg')
  expect(await checkPicture(new Blob(['RIFF1234WEBPVP8 ']))).toBe('image/webp')
})

test("what is refused is refused in the server's words, before it is sent", async () => {
  await expect(checkPicture(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>']))).rejects.toThrow(
    refusals['not-an-image'][1],
  )
  await expect(checkPicture(file())).rejects.toThrow(refusals['not-an-image'][1])
  const large = new Blob([Uint8Array.from(png), new Uint8Array(limits.uploadBytes)])
  await expect(checkPicture(large)).rejects.toThrow(refusals['image-too-large'][1])
})

test('a page is called like its file, unless the name says nothing', () => {
  expect(titleOf('castle_at_night.final.PNG')).toBe('castle at night.final')
  expect(titleOf('boxes.png')).toBe('boxes')
  for (const name of ['image.png', 'IMG_2041.jpg', 'Screenshot 2026-11-23.png', '1234.webp'])
    expect(titleOf(name)).toBe('')
})

import { expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import { cameRefined, gateFrames } from './frameGate.fixture.ts'
import { anotherGuest, isRefined, leftBox, openDrawing, paint, rightBox, test } from './nurie.fixture.ts'

/** What a person sees of the page, three bytes a pixel. */
async function seen(page: Page): Promise<Buffer> {
  const clip = (await page.locator('.sheet').boundingBox())!
  return sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer()
}

test('F7 who saw a page grow by patches sees what somebody sees who joins late', async ({
  page,
  browser,
  server,
}) => {
  const gate = await gateFrames(page)
  await openDrawing(page, server.url)
  for (const [i, swatch] of ['Vermilion', 'Sky blue', 'Leaf green', 'Sunflower', 'Violet'].entries()) {
    await page.getByRole('button', { name: swatch }).click()
    for (const box of [leftBox, rightBox]) {
      await paint(page, box.x + 30 + 30 * i, box.y + 40 + 50 * i, 40)
      await isRefined(page)
    }
  }
  await cameRefined(gate, 10)
  expect(gate.came.filter(({ patch }) => patch).length).toBeGreaterThan(5)
  const late = await anotherGuest(browser, page.url())
  await page.mouse.move(5, 400)
  await expect
    .poll(async () => {
      const [mine, theirs] = [await seen(page), await seen(late)]
      expect(mine.length).toBe(theirs.length)
      const apart = mine.map((value, i) => Math.abs(value - theirs[i]!)).sort()
      return apart[Math.floor(0.99 * apart.length)]
    })
    .toBeLessThan(12)
  await late.context().close()
})

/** What people take away from a page: files, the clipboard, paper. */
import { expect } from '@playwright/test'
import Psd, { type Group } from '@webtoon/psd'
import sharp from 'sharp'
import {
  dab,
  difference,
  drawing,
  exported,
  isRefined,
  isSaved,
  leftBox,
  openDrawing,
  phoneOf,
  test,
} from './nurie.fixture.ts'

const SKY = [0x79, 0xbd, 0xea]

test('X11 the menu gives layers for paint programs and a time-lapse, and copies the picture', async ({
  page,
  server,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await isRefined(page)
  const psd = Psd.parse(Uint8Array.from(await exported(page, 'Layers (PSD)')).buffer)
  expect([psd.width, psd.height]).toEqual([drawing.width, drawing.height])
  expect(psd.children.map(({ name }) => name)).toEqual(['Lines', 'Hints', 'Colors', 'Flats'])
  expect((psd.children[1] as Group).children).toHaveLength(1)
  const gif = await sharp(await exported(page, 'Time-lapse (GIF)'), { animated: true }).metadata()
  expect([gif.format, gif.pages]).toEqual(['gif', 3])

  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Copy picture' }).click()
  await expect(page.getByText('The picture is on the clipboard.')).toBeVisible({ timeout: 20_000 })
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const bitmap = await createImageBitmap(await item!.getType('image/png'))
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!
    context.drawImage(bitmap, 0, 0)
    const { data } = context.getImageData(240, 300, 1, 1)
    return { size: [bitmap.width, bitmap.height], color: [...data].slice(0, 3) }
  })
  expect(copied.size).toEqual([drawing.width, drawing.height])
  expect(difference(copied.color, SKY)).toBeLessThanOrEqual(24)
})

test('X12 what is printed is the lines alone on one sheet, turned as they are; the page is as before after', async ({
  page,
  server,
}) => {
  await page.addInitScript(() => {
    // Where a browser would ask for paper.
    window.print = () => void (document.documentElement.dataset['prints'] = 'yes')
  })
  await openDrawing(page, server.url)
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name: 'Print coloring page' }).click()
  await page.locator('html[data-prints]').waitFor()
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('.print-sheet img')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Export' })).toBeHidden()
  await page.emulateMedia({ media: 'screen' })
  // Printing ends by itself.
  const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true })).toString('latin1')
  expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1)
  const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf)!
  expect(Number(width)).toBeGreaterThan(Number(height))
  await expect(page.locator('.print-sheet')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Export' })).toBeVisible()
})

test('X13 on a phone the picture is shared; a share that comes too late waits for another press', async ({
  browser,
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  const phone = await phoneOf(browser, page.url())
  await phone.evaluate(() => {
    let presses = 0
    navigator.canShare = () => true
    navigator.share = (data) => {
      document.documentElement.dataset['shared'] = `${data?.files?.[0]?.name} ${data?.files?.[0]?.type}`
      return presses++ === 0 ? Promise.reject(new DOMException('', 'NotAllowedError')) : Promise.resolve()
    }
  })
  await phone.getByRole('button', { name: 'Export' }).tap()
  await phone.getByRole('menuitem', { name: 'Share…' }).tap()
  await phone.getByRole('button', { name: 'Share the picture' }).tap({ timeout: 20_000 })
  await expect(phone.locator('html[data-shared="boxes.png image/png"]')).toBeAttached()
  await expect(phone.getByRole('button', { name: 'Export' })).toBeVisible()
  await phone.context().close()
})

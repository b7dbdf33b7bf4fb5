import { expect, type Page } from '@playwright/test'
import { writePsdUint8Array } from 'ag-psd'
import sharp from 'sharp'
import {
  colorAt,
  dab,
  drawingFile,
  drawing,
  exported,
  isRefined,
  isSaved,
  leftBox,
  openDrawing,
  rightBox,
  test,
} from './nurie.fixture.ts'

/** Drops a file on the start page. */
async function drop(page: Page, url: string, name: string, bytes: Uint8Array): Promise<void> {
  await page.goto(url)
  await page.evaluate(
    ([name, data]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(data)], name))
      document
        .querySelector('.zone')!
        .dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }))
    },
    [name, [...bytes]] as const,
  )
}

test('I15 a painted room saved from the menu opens from the start page: the same picture, its host in it; a damaged one says so', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Vermilion', leftBox)
  await dab(page, 'Forest', rightBox)
  await isSaved(page)
  await isRefined(page)
  const places = [leftBox, rightBox].map((box) => ({ x: box.x + 40, y: box.y + box.height - 40 }))
  const colors = () => Promise.all(places.map(({ x, y }) => colorAt(page, x, y)))
  const before = await colors()
  expect(before[0]).not.toEqual(before[1])
  const from = page.url()
  const file = await exported(page, 'Nurie file')

  await drop(page, server.url, 'kept.nurie', file.subarray(0, file.length - 9))
  await expect(page.getByRole('alert')).toHaveText(/damaged or cut short/)
  await drop(page, server.url, 'kept.nurie', file)
  await page.waitForURL(/\/r\/[\w-]{22}#/)
  expect(page.url()).not.toBe(from)
  await isRefined(page)
  for (const [i, color] of (await colors()).entries())
    for (const [part, value] of color.entries())
      expect(Math.abs(value - before[i]![part]!)).toBeLessThanOrEqual(3)
  await expect(page.getByRole('textbox', { name: 'Title' }).or(page.getByText('boxes')).first()).toBeVisible()
  await page.getByRole('button', { name: 'Share' }).click()
  await expect(
    page
      .getByRole('button', { name: /^Lock|End/ })
      .or(page.getByRole('switch', { name: /Lock/ }))
      .first(),
  ).toBeVisible()
})

test('I15 a PSD opens with its lines alone', async ({ page, server }) => {
  const { width, height } = drawing
  const { data } = await sharp(await drawingFile())
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const imageData = { width, height, data: new Uint8ClampedArray(data) }
  const red = {
    width,
    height,
    data: Uint8ClampedArray.from({ length: data.length }, (_, i) => [255, 0, 0, 255][i % 4]!),
  }
  const psd = writePsdUint8Array({
    width,
    height,
    imageData: red,
    children: [
      { name: 'colors', imageData: red },
      { name: '線画', imageData, blendMode: 'multiply' },
    ],
  })
  await drop(page, server.url, 'boxes.psd', psd)
  await page.waitForURL(/\/r\/[\w-]{22}#/)
  await isRefined(page)
  const paper = await colorAt(page, 20, 20)
  expect(Math.min(...paper)).toBeGreaterThan(240)
})

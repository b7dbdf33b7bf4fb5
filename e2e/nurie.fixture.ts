/** What the browser tests share: the real server, a drawing whose regions are known, and eyes that read pixels. */
import { readFile } from 'node:fs/promises'
import { expect, test as base, type Browser, type Page } from '@playwright/test'
import sharp from 'sharp'
import { startServer, type RunningServer } from '../bench/server.ts'

export const test = base.extend<object, { server: RunningServer }>({
  server: [
    async ({}, use) => {
      // All tests come from one address.
      const server = await startServer({ env: { NURIE_LIMIT_ROOMS_PER_HOUR: '1000' } })
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

/** How long a page may take on a busy machine. */
const PATIENCE_MS = 20_000
/** How often a pixel is looked at: Playwright's own pauses grow to a second. */
const LOOK_MS = 80

/** The test drawing: two boxes side by side with a wall between them, on white paper. In page pixels. */
export const drawing = { width: 800, height: 600 }
export const leftBox = { x: 100, y: 150, width: 280, height: 300 }
export const rightBox = { x: 420, y: 150, width: 280, height: 300 }

export async function drawingFile(): Promise<Buffer> {
  const { width, height } = drawing
  const grey = Buffer.alloc(width * height, 255)
  for (const box of [leftBox, rightBox]) {
    for (let y = box.y; y < box.y + box.height; y++) {
      for (let x = box.x; x < box.x + box.width; x++) {
        const edge = Math.min(x - box.x, box.x + box.width - 1 - x, y - box.y, box.y + box.height - 1 - y)
        if (edge < 6) grey[y * width + x] = 0
      }
    }
  }
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

/** Uploads the drawing on the start page, as its host, and waits until the room shows it colored. */
export async function openDrawing(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page
    .getByLabel('Drawing file')
    .setInputFiles({ name: 'boxes.png', mimeType: 'image/png', buffer: await drawingFile() })
  await page.waitForURL(/\/r\/[\w-]{22}#/)
  await isRefined(page)
}

/** Waits until what is shown is the refined picture of everything painted so far. */
export async function isRefined(page: Page): Promise<void> {
  await page.locator('canvas[data-ready]').waitFor({ timeout: PATIENCE_MS })
  await page.getByText('refined', { exact: true }).waitFor({ timeout: PATIENCE_MS })
}

export const isSaved = (page: Page) =>
  page
    .getByRole('status')
    .first()
    .filter({ hasText: /^Saved$/ })
    .waitFor({ timeout: PATIENCE_MS })

/** Where a point of the page lies on the screen. */
export async function onScreen(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const sheet = (await page.locator('.sheet').boundingBox())!
  return { x: sheet.x + (x * sheet.width) / drawing.width, y: sheet.y + (y * sheet.height) / drawing.height }
}

/** Draws a short stroke by mouse; coordinates in page pixels. */
export async function paint(page: Page, x: number, y: number, length = 60): Promise<void> {
  const from = await onScreen(page, x, y)
  const to = await onScreen(page, x + length, y)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (let step = 1; step <= 6; step++) await page.mouse.move(from.x + ((to.x - from.x) * step) / 6, from.y)
  await page.mouse.up()
}

/** Picks a swatch and dabs it into one of the boxes. */
export async function dab(page: Page, swatch: string, box: { x: number; y: number }): Promise<void> {
  await page.getByRole('button', { name: swatch }).click()
  await paint(page, box.x + 100, box.y + 100)
}

/** The name this person has in the room, as their people list shows it. */
export async function ownName(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^People/ }).click()
  const name = await page.getByRole('textbox', { name: 'Your name' }).inputValue()
  await page.keyboard.press('Escape')
  expect(name).not.toBe('')
  return name
}

/** The color people see at a point of the page, as 0xRRGGBB bytes. */
export async function colorAt(page: Page, x: number, y: number): Promise<number[]> {
  const at = await onScreen(page, x, y)
  const clip = { x: Math.round(at.x), y: Math.round(at.y), width: 1, height: 1 }
  const { data } = await sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return [...data]
}

/** Largest difference of two colors in any channel, 0..255. */
export const difference = (a: number[], b: number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

/** Waits until a point shows a color, up to `tolerance` a channel: frames follow the pen. */
export async function expectColor(
  page: Page,
  x: number,
  y: number,
  color: number,
  tolerance = 24,
): Promise<void> {
  const wanted = [color >> 16, (color >> 8) & 0xff, color & 0xff]
  await expect
    .poll(async () => difference(await colorAt(page, x, y), wanted), {
      message: `color at ${x},${y}`,
      timeout: PATIENCE_MS,
      intervals: [LOOK_MS],
    })
    .toBeLessThanOrEqual(tolerance)
}

export const hideHints = (page: Page) => page.getByRole('switch', { name: 'Hints' }).click()

/** Another person's browser, on the link of a page. */
export async function anotherGuest(browser: Browser, link: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  await page.goto(link)
  await isRefined(page)
  return page
}

/** The file an item of the export menu gives. */
export async function exported(page: Page, item: string): Promise<Buffer> {
  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: item }).click(),
  ])
  return readFile(await download.path())
}

/** Somebody's phone on the link of a page. Its context is the caller's to close. */
export async function phoneOf(browser: Browser, link: string): Promise<Page> {
  const viewport = { width: 390, height: 844 }
  const page = await (await browser.newContext({ viewport, hasTouch: true, isMobile: true })).newPage()
  await page.goto(link)
  await isRefined(page)
  return page
}

/** A link of the share dialog. */
export async function linkOf(page: Page, name: 'Link to paint' | 'Link to look on'): Promise<string> {
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name }).inputValue()
  await page.keyboard.press('Escape')
  return link
}

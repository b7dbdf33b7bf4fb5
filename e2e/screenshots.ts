/**
 * `npm run screenshots`: pictures of the real thing for the README, to be looked at before anything is called done. Two people
 * color a bundled drawing in Chromium against the real server.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from '@playwright/test'
import { launchOptions } from '../bench/browser.ts'
import { startServer } from '../bench/server.ts'
import { decodeSketch } from '../files/image.ts'
import { phonePhoto } from '../models/evaluation/phonePhoto.fixture.ts'

const folder = fileURLToPath(new URL('./screenshots/', import.meta.url))
const SAMPLE = /songbird/i
/** The sample's size in page pixels. */
const PAGE = { width: 1400, height: 1120 }

type Dab = { swatch: string; from: [number, number]; to: [number, number] }

/** In page pixels. */
const mine: Dab[] = [
  { swatch: 'Orange', from: [240, 400], to: [350, 560] },
  { swatch: 'Indigo', from: [400, 110], to: [450, 160] },
  { swatch: 'Sunflower', from: [125, 195], to: [160, 195] },
  { swatch: 'Chestnut', from: [560, 290], to: [760, 430] },
  { swatch: 'Chestnut', from: [150, 980], to: [330, 920] },
]
const theirs: Dab[] = [
  { swatch: 'Sky blue', from: [480, 540], to: [560, 630] },
  { swatch: 'Indigo', from: [660, 540], to: [790, 640] },
  { swatch: 'Teal', from: [620, 720], to: [720, 770] },
  { swatch: 'Fair skin', from: [1120, 150], to: [1290, 330] },
  { swatch: 'Burgundy', from: [230, 110], to: [260, 90] },
  { swatch: 'Indigo', from: [1030, 790], to: [1130, 850] },
]

async function onScreen(page: Page, [x, y]: [number, number]): Promise<[number, number]> {
  const sheet = (await page.locator('.sheet').boundingBox())!
  return [sheet.x + (x * sheet.width) / PAGE.width, sheet.y + (y * sheet.height) / PAGE.height]
}

async function paint(page: Page, { swatch, from, to }: Dab): Promise<void> {
  await page.getByRole('button', { name: swatch, exact: true }).click()
  await page.mouse.move(...(await onScreen(page, from)))
  await page.mouse.down()
  await page.mouse.move(...(await onScreen(page, to)), { steps: 8 })
  await page.mouse.up()
}

/** Leaves the panel open. */
async function keepVersion(page: Page, name: string): Promise<void> {
  const history = page.getByRole('complementary', { name: 'History' })
  if (!(await history.isVisible())) await page.getByRole('button', { name: 'History', exact: true }).click()
  await history.getByRole('textbox', { name: 'Name of the version' }).fill(name)
  await history.getByRole('button', { name: 'Keep this version' }).click()
  await history.getByRole('button', { name: `“${name}”` }).waitFor()
}

async function commentAt(page: Page, at: [number, number], text: string): Promise<void> {
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await page.mouse.click(...(await onScreen(page, at)))
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Comment by/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Brush', exact: true }).click()
}

async function isRefined(page: Page): Promise<void> {
  await page.locator('canvas[data-ready]').waitFor()
  await page.getByText('refined', { exact: true }).waitFor()
}

/** What moves has come to rest, but for what moves for ever. */
const settled = (page: Page) =>
  page.evaluate(() => {
    const ends = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
    return Promise.allSettled(ends.map((each) => each.finished))
  })

await mkdir(folder, { recursive: true })
const server = await startServer()
const browser = await chromium.launch(launchOptions)
const shot = (page: Page, name: string) => page.screenshot({ path: `${folder}${name}.png` })
const screen = { viewport: { width: 1280, height: 800 } }

const page = await (await browser.newContext(screen)).newPage()
await page.goto(server.url)
await page.getByRole('button', { name: SAMPLE }).waitFor()
await shot(page, 'start')
await page.getByRole('button', { name: SAMPLE }).click()
await isRefined(page)
const friend = await (await browser.newContext(screen)).newPage()
await friend.goto(page.url())
await isRefined(friend)
for (const dab of mine) await paint(page, dab)
await keepVersion(page, 'Only my colors')
await page.getByRole('button', { name: 'Close history' }).click()
for (const dab of theirs) await paint(friend, dab)
await page.getByRole('status').first().getByText('Saved').waitFor()
await isRefined(page)
await commentAt(page, [730, 880], 'Should the longest feathers be greener?')
await friend.mouse.move(...(await onScreen(friend, [980, 880])))
await page.mouse.move(...(await onScreen(page, [520, 860])), { steps: 3 })
await shot(page, 'room')

await page.getByRole('button', { name: 'Compare' }).click()
await page.getByRole('slider', { name: 'Compare' }).waitFor()
await settled(page)
await shot(page, 'compare')
await page.getByRole('button', { name: 'Compare' }).click()

await page.getByRole('button', { name: 'Layers' }).click()
await page.getByRole('slider', { name: 'Saturation' }).waitFor()
await settled(page)
await shot(page, 'layers')
await page.keyboard.press('Escape')

await page.getByRole('button', { name: 'Export' }).click()
await page.getByRole('menu').waitFor()
await settled(page)
await shot(page, 'export')
await page.keyboard.press('Escape')

await page.getByRole('button', { name: 'Share' }).click()
await page.getByRole('dialog').waitFor()
await settled(page)
await shot(page, 'share')
await page.keyboard.press('Escape')

await page.getByRole('button', { name: /^People/ }).click()
await page.getByRole('dialog', { name: 'People' }).waitFor()
await settled(page)
await shot(page, 'people')
await page.keyboard.press('Escape')

await keepVersion(page, 'With everybody')
await settled(page)
await shot(page, 'history')
await page.getByRole('button', { name: '“Only my colors”' }).click()
const compared = page.getByRole('dialog', { name: '“Only my colors”' })
await compared.getByRole('img', { name: 'The page then' }).waitFor()
await compared.getByRole('img', { name: 'The page now' }).waitFor()
await settled(page)
await shot(page, 'version')

const evening = await (await browser.newContext({ ...screen, colorScheme: 'dark' })).newPage()
await evening.goto(page.url())
await isRefined(evening)
await evening.getByRole('button', { name: /^Color: #/ }).click()
await settled(evening)
await shot(evening, 'dark')

const japanese = await (await browser.newContext({ ...screen, locale: 'ja-JP' })).newPage()
await japanese.goto(page.url())
await japanese.locator('canvas[data-ready]').waitFor()
await japanese.getByText('仕上げ済み', { exact: true }).waitFor()
await japanese.getByRole('button', { name: '書き出し' }).click()
await settled(japanese)
await shot(japanese, 'japanese')

const importing = await (await browser.newContext(screen)).newPage()
await importing.goto(server.url)
const horse = await readFile(fileURLToPath(new URL('../server/samples/horse.png', import.meta.url)))
const photo = await phonePhoto(await decodeSketch(horse, 1200), {
  seed: 8,
  side: 1600,
  isPencil: true,
  shadow: 0.4,
  desk: [0.2, 0.09, 0.03],
})
await importing
  .getByLabel('Drawing file')
  .setInputFiles({ name: 'horse.jpg', mimeType: 'image/jpeg', buffer: photo.jpeg })
await importing.getByRole('button', { name: 'Use cleaned' }).click({ trial: true })
await settled(importing)
await shot(importing, 'import')

const phone = await (
  await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  })
).newPage()
await phone.goto(page.url())
await isRefined(phone)
await phone.getByRole('switch', { name: 'Hints' }).click()
await settled(phone)
await shot(phone, 'phone')

await browser.close()
await server.stop()
console.log(`written to e2e/screenshots/`)
process.exit(0)

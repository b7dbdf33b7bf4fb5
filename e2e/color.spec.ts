/** Color, shared: page colors, palettes as files, a reference beside the page, saturation and line opacity. */
import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import {
  anotherGuest,
  colorAt,
  difference,
  expectColor,
  exported,
  hideHints,
  isRefined,
  isSaved,
  leftBox,
  linkOf,
  openDrawing,
  paint,
  test,
} from './nurie.fixture.ts'

const VERMILION = 0xd9452f
const FOREST = 0x2f6b4f
/** In the left box, away from what is painted there. */
const far = { x: leftBox.x + 40, y: leftBox.y + leftBox.height - 40 }
/** In the left box too, where no pointer comes. */
const still = { x: leftBox.x + 220, y: leftBox.y + 40 }
/** On the left box's line. */
const ink = { x: leftBox.x + 2, y: 300 }

const bytes = (color: number) => [color >> 16, (color >> 8) & 0xff, color & 0xff]
const colors = (page: Page) => page.getByRole('dialog', { name: 'Page colors' })

async function openColors(page: Page): Promise<void> {
  if (!(await colors(page).isVisible()))
    await page.getByRole('button', { name: 'Page colors', exact: true }).click()
  await expect(colors(page)).toBeVisible()
}

/** Names the color in the hand. */
async function addColor(page: Page, name: string): Promise<void> {
  await openColors(page)
  await colors(page).getByRole('textbox', { name: 'Name of the new color' }).fill(name)
  await colors(page).getByRole('button', { name: 'Add to page colors' }).click()
}

async function pixelsOf(file: Buffer): Promise<(at: { x: number; y: number }) => number[]> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return ({ x, y }) => {
    const at = info.channels * (y * info.width + x)
    return [...data.subarray(at, at + 3)]
  }
}

test('K3 a page color changed by another recolors what was painted with it, in both browsers and the export; who looks on changes nothing', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const [paints, looks] = [await linkOf(page, 'Link to paint'), await linkOf(page, 'Link to look on')]
  const friend = await anotherGuest(browser, paints)
  await page.getByRole('button', { name: 'Vermilion', exact: true }).click()
  await openColors(page)
  await expect(colors(page).getByRole('textbox', { name: 'Name of the new color' })).toHaveValue('Vermilion')
  await addColor(page, 'Coat')
  await page.keyboard.press('Escape')
  await paint(page, leftBox.x + 100, leftBox.y + 100)
  for (const each of [page, friend]) {
    await hideHints(each)
    await expectColor(each, far.x, far.y, VERMILION)
  }

  await openColors(friend)
  await friend.getByRole('button', { name: 'Edit Coat' }).click()
  // The slider tells while it is moved.
  await friend.getByRole('slider', { name: 'Saturation and brightness' }).focus()
  for (let i = 0; i < 5; i++) await friend.keyboard.press('ArrowLeft')
  await friend.getByRole('textbox', { name: 'Hex color' }).fill('#2f6b4f')
  await friend.keyboard.press('Enter')
  await friend.getByRole('textbox', { name: 'Color name' }).fill('Green coat')
  await friend.getByRole('button', { name: 'Done' }).click()
  for (const each of [page, friend]) await expectColor(each, far.x, far.y, FOREST)
  await expect(page.getByRole('button', { name: 'Green coat' })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('button', { name: /^Color:/ })).toHaveAccessibleName('Color: #2f6b4f')
  await isRefined(page)
  await isSaved(page)
  const pixel = await pixelsOf(await exported(page, 'Picture (PNG)'))
  expect(difference(pixel(far), bytes(FOREST))).toBeLessThanOrEqual(24)
  expect(pixel(ink)).toEqual([0, 0, 0])
  const bare = await pixelsOf(await exported(page, 'Colors without lines (PNG)'))
  expect(difference(bare(far), bytes(FOREST))).toBeLessThanOrEqual(24)

  const viewer = await anotherGuest(browser, looks)
  await openColors(viewer)
  await expect(colors(viewer).getByRole('button', { name: 'Green coat' })).toBeDisabled()
  await expect(colors(viewer).getByRole('button', { name: /Edit|Add/ })).toHaveCount(0)
  await viewer.context().close()

  // Removed, what was painted keeps the color it had last; a stroke is undone, never a color.
  await openColors(page)
  await page.getByRole('button', { name: 'Edit Green coat' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(friend.getByRole('button', { name: 'Green coat' })).toHaveCount(0)
  await expect(page.getByText('what was painted keeps its color')).toBeVisible()
  await expectColor(page, far.x, far.y, FOREST)
  await page.getByRole('button', { name: 'Bring back' }).click()
  await expect(friend.getByRole('button', { name: 'Green coat' }).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect
    .poll(async () => difference(await colorAt(page, far.x, far.y), bytes(FOREST)), { timeout: 20_000 })
    .toBeGreaterThan(40)
  await expect(page.getByRole('button', { name: 'Green coat' })).toBeVisible()
  await friend.context().close()
})

test('K5 palettes go out and come in; a reference is kept on this device, picked from, and gives a palette', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  const names = ['Hair', 'Ünïcode 髪']
  for (const [i, swatch] of ['Chestnut', 'Sky blue'].entries()) {
    await page.getByRole('button', { name: swatch, exact: true }).click()
    await addColor(page, names[i]!)
  }
  const saved = async (item: string) => {
    await page.getByRole('button', { name: 'Palette', exact: true }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: item }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${item.slice(-4).trim().toLowerCase()}$`))
    return readFile(await download.path())
  }
  const gpl = (await saved('Export as GPL')).toString()
  expect(gpl).toMatch(/^GIMP Palette\nName: .+\n/)
  expect(gpl).toMatch(/^122 +74 +46\tHair$/m)
  expect(gpl).toMatch(/^121 189 234\tÜnïcode 髪$/m)
  const ase = await saved('Export as ASE')
  expect([ase.toString('latin1', 0, 4), ase.readUInt16BE(4), ase.readUInt32BE(8)]).toEqual(['ASEF', 1, 2])
  // The first block: a color, its name in UTF-16 with a zero at the end, then its model and numbers.
  expect([ase.readUInt16BE(12), ase.readUInt16BE(18)]).toEqual([1, 5])
  expect(Buffer.from(ase.subarray(20, 28)).swap16().toString('utf16le')).toBe('Hair')
  expect([ase.toString('latin1', 30, 34), Math.round(255 * ase.readFloatBE(34))]).toEqual(['RGB ', 122])
  expect(JSON.parse((await saved('Export as JSON')).toString())).toMatchObject({
    colors: [
      { name: 'Hair', color: '#7a4a2e' },
      { name: 'Ünïcode 髪', color: '#79bdea' },
    ],
  })

  const bring = (name: string, content: string) =>
    page
      .getByLabel('Palette file')
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
  await bring('bad.gpl', 'GIMP Palette\n1 2 3 Fine\n1 2 No color\n')
  await expect(page.getByText('Line 3 of the palette is no color. Nothing was added.')).toBeVisible()
  await bring('more.gpl', `${gpl}  1   2   3\tInk\n`)
  await expect(page.getByText('One color was added.')).toBeVisible()
  await expect(colors(page).getByRole('listitem')).toHaveCount(3)
  await page.keyboard.press('Escape')

  // A picture of two colors, dropped onto the page.
  const half = { width: 100, height: 100, channels: 3 as const }
  const picture = await sharp({ create: { ...half, width: 200, background: '#c02040' } })
    .composite([{ input: { create: { ...half, background: '#20a0c0' } }, left: 100, top: 0 }])
    .png()
    .toBuffer()
  const dropped = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer()
    const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    transfer.items.add(new File([content], 'my_coat.png', { type: 'image/png' }))
    return transfer
  }, picture.toString('base64'))
  await page.dispatchEvent('.stage', 'dragenter', { dataTransfer: dropped })
  await page.dispatchEvent('.stage', 'drop', { dataTransfer: dropped })
  const panel = page.getByRole('region', { name: 'Reference', exact: true })
  await expect(panel.getByText('my coat')).toBeVisible()
  await page.reload()
  await expect(panel.getByText('On this device only')).toBeVisible()
  await isRefined(page)
  const seen = (await panel.getByAltText('Reference: my coat').boundingBox())!
  await page.mouse.move(seen.x + 0.2 * seen.width, seen.y + 0.5 * seen.height)
  await page.mouse.down()
  await expect(panel.getByText('#c02040', { exact: true })).toBeVisible()
  await page.mouse.move(seen.x + 0.8 * seen.width, seen.y + 0.5 * seen.height)
  await page.mouse.up()
  await expect(page.getByRole('button', { name: /^Color:/ })).toHaveAccessibleName('Color: #20a0c0')
  await panel.getByRole('button', { name: 'Palette from picture' }).click()
  await expect(panel.getByRole('button', { name: 'Pick #c02040' })).toBeVisible()
  await panel.getByRole('button', { name: 'Add to page colors' }).click()
  await expect(page.getByText('2 colors were added.')).toBeVisible()
  await panel.getByRole('button', { name: 'Remove reference' }).click()
  await expect(panel).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Add reference' })).toBeVisible()
})

test('K1 K2 saturation and line opacity move for everybody while they are dragged, and downloads have them', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  await page.getByRole('button', { name: 'Vermilion', exact: true }).click()
  await paint(page, leftBox.x + 100, leftBox.y + 100)
  for (const each of [page, friend]) await hideHints(each)
  await expectColor(friend, far.x, far.y, VERMILION)
  await isSaved(page)
  for (const each of [page, friend]) await isRefined(each)
  // Pictures fade over each other: the color is at rest when it is twice the same.
  let before: number[] = []
  await expect
    .poll(async () =>
      difference((before = await colorAt(friend, still.x, still.y)), await colorAt(page, still.x, still.y)),
    )
    .toBe(0)

  await page.getByRole('button', { name: 'Layers' }).click()
  const saturation = page.getByRole('slider', { name: 'Saturation', exact: true })
  await expect(saturation).toHaveValue('100')
  await saturation.fill('0')
  await page.getByRole('slider', { name: 'Line opacity' }).fill('50')
  const grey = Math.round(0.213 * before[0]! + 0.715 * before[1]! + 0.072 * before[2]!)
  for (const each of [page, friend]) {
    await expect.poll(() => colorAt(each, ink.x, ink.y).then(([red]) => red! > 40)).toBe(true)
    await expectColor(each, still.x, still.y, grey * 0x010101, 3)
  }
  // The eyedropper takes the color below: painting with it gives the same look.
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Eyedropper' }).click()
  await paint(page, far.x, far.y, 0)
  await expect(page.getByRole('button', { name: /^Color:/ })).not.toHaveAccessibleName(/#(..)\1\1$/)
  await isSaved(page)
  const pixel = await pixelsOf(await exported(page, 'Picture (PNG)'))
  const shown = await colorAt(friend, still.x, still.y)
  expect(difference(pixel(still), shown)).toBeLessThanOrEqual(3)
  expect(new Set(pixel(still)).size).toBe(1)
  // Ink of half the opacity over a grey: between half of it and all of it.
  expect(pixel(ink)[0]).toBeGreaterThan(40)

  await page.getByRole('button', { name: 'Layers' }).click()
  await page.getByRole('button', { name: 'Reset saturation' }).click()
  await page.getByRole('button', { name: 'Reset line opacity' }).click()
  await expectColor(friend, still.x, still.y, (before[0]! << 16) | (before[1]! << 8) | before[2]!, 3)
  await isSaved(page)
  const plain = await pixelsOf(await exported(page, 'Picture (PNG)'))
  expect(plain(ink)).toEqual([0, 0, 0])
  await friend.context().close()
})

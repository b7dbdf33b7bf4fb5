import { expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import {
  anotherGuest,
  dab,
  expectColor,
  hideHints,
  isRefined,
  isSaved,
  leftBox,
  linkOf,
  onScreen,
  openDrawing,
  ownName,
  paint,
  rightBox,
  test,
} from './nurie.fixture.ts'

const SKY = 0x79bdea
const VERMILION = 0xd9452f
const inLeft = { x: leftBox.x + 40, y: leftBox.y + leftBox.height - 40 }
const inRight = { x: rightBox.x + 240, y: rightBox.y + 260 }

async function press(page: Page, { x, y }: { x: number; y: number }): Promise<void> {
  const at = await onScreen(page, x, y)
  await page.mouse.move(at.x, at.y)
  await page.mouse.down()
  await page.mouse.up()
}

/** What is seen of the inside of a box, but for its lock. */
async function insideOf(page: Page, box: typeof leftBox): Promise<Buffer> {
  const from = await onScreen(page, box.x + 12, box.y + 12)
  const to = await onScreen(page, box.x + box.width - 12, box.y + 90)
  const clip = {
    x: Math.ceil(from.x),
    y: Math.ceil(from.y),
    width: Math.floor(to.x - from.x),
    height: Math.floor(to.y - from.y),
  }
  return sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer()
}

/** The inside of the left box in an export. */
async function exported(page: Page): Promise<Buffer> {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const file = await (await download).path()
  const { x: left, y: top, width, height } = leftBox
  const inside = { left: left + 6, top: top + 6, width: width - 12, height: height - 12 }
  return sharp(file).extract(inside).removeAlpha().raw().toBuffer()
}

test('M5 a finished region looks the same to everybody and in the export, whatever is painted, until it is unlocked', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await isRefined(page)
  const friend = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  for (const each of [page, friend]) await hideHints(each)
  await expectColor(page, inLeft.x, inLeft.y, SKY)

  await page.getByRole('button', { name: 'Mark as finished' }).click()
  await press(page, inLeft)
  const name = await ownName(page)
  for (const each of [page, friend])
    await expect(each.getByRole('button', { name: `Region finished by ${name}` })).toBeVisible()
  await page.getByRole('button', { name: 'Brush', exact: true }).click()
  await page.mouse.move(5, 400)
  await isRefined(page)
  const before = await Promise.all([insideOf(page, leftBox), insideOf(friend, leftBox), exported(page)])

  // In it, over its edge, and beside it.
  await friend.getByRole('button', { name: 'Vermilion' }).click()
  await paint(friend, leftBox.x + 60, leftBox.y + 200, 120)
  await expect(friend.getByText('This region is finished. Unlock it to change its color.')).toBeVisible()
  await paint(friend, leftBox.x + 200, leftBox.y + 40, 180)
  await dab(friend, 'Vermilion', rightBox)
  await isSaved(friend)
  await expectColor(page, inRight.x, inRight.y, VERMILION)
  await isRefined(page)
  await isRefined(friend)
  await friend.mouse.move(5, 400)
  const after = await Promise.all([insideOf(page, leftBox), insideOf(friend, leftBox), exported(page)])
  after.forEach((picture, i) => expect(picture.equals(before[i]!)).toBe(true))
  await page.reload()
  await isRefined(page)
  await expect(page.getByRole('button', { name: 'Region finished by' })).toBeVisible()
  await expectColor(page, inLeft.x, inLeft.y, SKY)

  // Another painter cannot open it; who finished it can.
  await friend.getByRole('button', { name: 'Mark as finished' }).click()
  await press(friend, inLeft)
  await expect(friend.getByText(`Only ${name} or a host can unlock it.`)).toBeVisible()
  await page.keyboard.press('l')
  await press(page, inLeft)
  await page.getByRole('button', { name: 'Unlock region' }).click()
  await hideHints(page)
  for (const each of [page, friend]) {
    await each.mouse.move(5, 400)
    await expectColor(each, inLeft.x, inLeft.y, VERMILION, 70)
  }
  await expect(page.getByRole('button', { name: /Region finished/ })).toHaveCount(0)
  await friend.context().close()
})

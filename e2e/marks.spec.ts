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
  await page.getByRole('menuitem', { name: 'Picture (PNG)' }).click()
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
  // Two browsers, two exports and every picture refined.
  test.setTimeout(120_000)
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

const openComments = (page: Page) => page.getByRole('button', { name: 'Comments', exact: true }).click()
const commentsOf = (page: Page) => page.getByRole('complementary', { name: 'Comments' })
const pinOf = (page: Page, text: string) =>
  page.getByRole('button', { name: new RegExp(`^Comment by .*: ${text}`) })

test('M9 a comment is put on a place, answered, resolved and reopened by another, and is there after a reload', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  const viewer = await anotherGuest(browser, await linkOf(page, 'Link to look on'))
  const name = await ownName(page)
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await press(page, inRight)
  const box = page.getByRole('textbox', { name: 'Write a comment' })
  await expect(box).toBeFocused()
  await box.fill('Darker <img src=x onerror=alert(1)> here?')
  // Escape closes it; the text waits for the next place.
  await box.press('Escape')
  await expect(box).toHaveCount(0)
  await press(page, inLeft)
  await expect(box).toHaveValue('Darker <img src=x onerror=alert(1)> here?')
  await box.press('Shift+Enter')
  await box.pressSequentially('Or blue.')
  // What cannot be sent stays, to be sent again.
  await page.route('**/comments', (route) =>
    route.request().method() === 'POST' ? route.abort() : route.continue(),
  )
  await box.press('Enter')
  await expect(page.getByRole('dialog', { name: 'New comment' }).getByRole('alert')).toContainText(
    'cannot be reached',
  )
  await page.unroute('**/comments')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(box).toHaveCount(0)
  const pin = pinOf(friend, 'Darker')
  await expect(pin).toHaveAccessibleName(`Comment by ${name}: Darker <img src=x onerror=alert(1)>…`)
  await expect(pin).toHaveAccessibleDescription('New')

  // The pin stands where it was put, also when the page is moved.
  const at = async () => {
    const [place, { x, y, height }] = [await onScreen(friend, inLeft.x, inLeft.y), (await pin.boundingBox())!]
    return Math.hypot(x + 6 - place.x, y + height - 6 - place.y)
  }
  expect(await at()).toBeLessThan(3)
  await friend.getByRole('button', { name: 'Zoom in' }).click()
  expect(await at()).toBeLessThan(3)

  // By keyboard alone: the list, the card, an answer, resolved; the focus comes back.
  const button = friend.getByRole('button', { name: 'Comments', exact: true })
  await expect(button).toHaveAccessibleDescription('1 open comment, some new')
  await button.focus()
  await friend.keyboard.press('Enter')
  const entry = commentsOf(friend).getByRole('button', { name: /Darker/ })
  await entry.focus()
  await friend.keyboard.press('Enter')
  const card = friend.getByRole('dialog', { name: 'Comment' })
  await expect(card.getByText('Or blue.')).toBeVisible()
  await expect(card.getByRole('textbox', { name: 'Reply' })).toBeFocused()
  await friend.keyboard.type('Blue it is.')
  await friend.keyboard.press('Enter')
  await expect(card.getByText('Blue it is.')).toBeVisible()
  await expect(card.getByRole('button', { name: 'Edit' })).toHaveCount(1)
  await card.getByRole('button', { name: 'Resolve' }).focus()
  await friend.keyboard.press('Enter')
  await expect(card.getByRole('button', { name: 'Reopen' })).toBeVisible()
  await friend.keyboard.press('Escape')
  await expect(card).toHaveCount(0)
  await expect(pin).toHaveCount(0)
  await expect(friend.getByRole('img', { name: /^Page/ })).toBeVisible()

  await expect(pinOf(page, 'Darker')).toHaveCount(0)
  await openComments(page)
  await commentsOf(page).getByRole('switch', { name: 'Resolved comments' }).click()
  await commentsOf(page)
    .getByRole('button', { name: /Darker/ })
    .click()
  await page.getByRole('button', { name: 'Reopen' }).click()
  await expect(pin).toBeVisible()
  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByRole('textbox', { name: 'Change the comment' }).fill('Much darker')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(pinOf(friend, 'Much darker')).toBeVisible()

  // Who looks on reads.
  await pinOf(viewer, 'Much darker').click()
  const read = viewer.getByRole('dialog', { name: 'Comment' })
  await expect(read.getByText('Blue it is.')).toBeVisible()
  await expect(read.getByRole('textbox')).toHaveCount(0)
  await expect(read.getByText('Your link is for looking on')).toBeVisible()

  await page.reload()
  await isRefined(page)
  await pinOf(page, 'Much darker').click()
  await page.getByRole('dialog', { name: 'Comment' }).getByRole('button', { name: 'Delete' }).first().click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await expect(pinOf(friend, 'Much darker')).toHaveCount(0)
  for (const each of [friend, viewer]) await each.context().close()
})

test('M9 by keyboard alone a region is finished and unlocked and a comment is put, on a phone’s screen too', async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openDrawing(page, server.url)
  await page.keyboard.press('l')
  const target = page.getByRole('button', { name: 'Finish the region here' })
  await expect(target).toBeFocused()
  // From the wall in the middle into the left box.
  for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Region finished by/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Unlock region' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /^Region finished by/ })).toHaveCount(0)
  await page.keyboard.press('c')
  await expect(page.getByRole('button', { name: 'Comment here' })).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Middle')
  await page.keyboard.press('Enter')
  await expect(pinOf(page, 'Middle')).toBeVisible()
  const card = page.getByRole('dialog', { name: 'Comment' })
  if (await card.isVisible()) await page.keyboard.press('Escape')
  await openComments(page)
  const list = (await commentsOf(page).boundingBox())!
  expect([list.x, list.x + list.width]).toEqual([0, 390])
  await commentsOf(page)
    .getByRole('button', { name: /Middle/ })
    .click()
  await expect(card).toBeVisible()
  // The card covers the tools, not the pin.
  const pin = (await pinOf(page, 'Middle').boundingBox())!
  expect(pin.y + pin.height).toBeLessThan((await card.boundingBox())!.y)
})

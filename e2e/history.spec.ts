import { expect, type Page } from '@playwright/test'
import {
  anotherGuest,
  colorAt,
  dab,
  difference,
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
const LEAF = 0x6aa84f
const VERMILION = 0xd9452f
const inLeft = { x: leftBox.x + 40, y: leftBox.y + leftBox.height - 40 }
const inRight = { x: rightBox.x + 240, y: rightBox.y + 260 }

const history = (page: Page) => page.getByRole('complementary', { name: 'History' })
const openHistory = (page: Page) => page.getByRole('button', { name: 'History', exact: true }).click()

async function keep(page: Page, name: string): Promise<void> {
  await history(page).getByRole('textbox', { name: 'Name of the version' }).fill(name)
  await history(page).getByRole('button', { name: 'Keep this version' }).click()
  await expect(history(page).getByRole('button', { name: `“${name}”` })).toBeVisible()
}

test('T13 a version is named, compared, restored for everybody, and the restore undone', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await isRefined(page)
  await openHistory(page)
  await keep(page, 'Blue box')
  await dab(friend, 'Vermilion', rightBox)
  await isSaved(friend)
  await isRefined(page)
  await hideHints(friend)
  await expectColor(friend, inRight.x, inRight.y, VERMILION)

  await history(page).getByRole('button', { name: '“Blue box”' }).click()
  const dialog = page.getByRole('dialog', { name: '“Blue box”' })
  await expect(dialog.getByRole('img', { name: 'The page then' })).toBeVisible()
  await expect(dialog.getByRole('img', { name: 'The page now' })).toBeVisible()
  const sides = await dialog
    .getByRole('img')
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth))
  expect(sides).toEqual([800, 800])
  const divider = dialog.getByRole('slider', { name: 'Then and now' })
  await divider.press('Home')
  await expect(divider).toHaveValue('0')
  await dialog.getByRole('button', { name: 'Restore this version' }).click()

  await expect(history(page).getByText('The page is as in “Blue box”.')).toBeVisible()
  await expect
    .poll(async () => difference(await colorAt(friend, inRight.x, inRight.y), [0xd9, 0x45, 0x2f]))
    .toBeGreaterThan(60)
  await expectColor(friend, inLeft.x, inLeft.y, SKY)
  await history(page).getByRole('button', { name: 'Undo restore' }).click()
  await expectColor(friend, inRight.x, inRight.y, VERMILION)
  await expectColor(friend, inLeft.x, inLeft.y, SKY)
  await friend.context().close()
})

test('T13 who looks on sees the versions and cannot keep or restore one', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await openHistory(page)
  await keep(page, 'Blue box')
  const viewer = await anotherGuest(browser, await linkOf(page, 'Link to look on'))
  await openHistory(viewer)
  await history(viewer).getByRole('button', { name: '“Blue box”' }).click()
  const dialog = viewer.getByRole('dialog', { name: '“Blue box”' })
  await expect(dialog.getByRole('img', { name: 'The page then' })).toBeVisible()
  await expect(dialog.getByRole('button', { name: /Restore|Delete|Rename/ })).toHaveCount(0)
  await viewer.keyboard.press('Escape')
  await expect(history(viewer).getByRole('button', { name: /Keep|Undo/ })).toHaveCount(0)
  await viewer.context().close()
})

test('T14 the host takes back what a guest scribbled, sees before what goes, and can bring it back', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  const vandal = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  const name = await ownName(vandal)
  await vandal.getByRole('button', { name: 'Vermilion' }).click()
  for (const y of [40, 90, 140]) await paint(vandal, leftBox.x + 30, leftBox.y + y, 200)
  await isSaved(vandal)
  await hideHints(page)
  await expectColor(page, inLeft.x, inLeft.y, VERMILION)

  await openHistory(page)
  await history(page)
    .getByRole('button', { name: `Undo strokes of ${name}` })
    .click()
  await expect(history(page).getByText('3 strokes, in the light on the page.')).toBeVisible()
  // All else is dark: paper beside the boxes too.
  await expect.poll(async () => Math.max(...(await colorAt(page, 20, 20)))).toBeLessThan(140)
  await history(page).getByRole('button', { name: 'Undo 3 strokes' }).click()
  await expect(history(page).getByText(`3 strokes of ${name} undone.`)).toBeVisible()
  await expectColor(page, inLeft.x, inLeft.y, SKY)
  await hideHints(vandal)
  await expectColor(vandal, inLeft.x, inLeft.y, SKY)
  await expect(history(page).getByText(name, { exact: true })).toHaveCount(0)

  await history(page).getByRole('button', { name: 'Bring back' }).click()
  await expectColor(page, inLeft.x, inLeft.y, VERMILION)
  await vandal.context().close()
})

test('T12 pointing at the page tells who painted it, and whose color came to a place', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  const name = await ownName(friend)
  await dab(page, 'Sky blue', leftBox)
  await dab(friend, 'Leaf green', rightBox)
  await isSaved(page)
  await isSaved(friend)
  await openHistory(page)
  await history(page).getByRole('button', { name: 'Who painted this?' }).click()
  const point = async (x: number, y: number) => {
    const at = await onScreen(page, x, y)
    await page.mouse.move(at.x, at.y)
  }
  const told = page.locator('.who')
  await point(rightBox.x + 130, rightBox.y + 100)
  await expect(told).toContainText(`${name}painted here · just now`)
  await point(inRight.x, inRight.y)
  await expect(told).toContainText(`${name}colored this`)
  await point(inLeft.x, inLeft.y)
  await expect(told).toContainText('colored this')
  await expect(told).not.toContainText(name)
  // Pressing there paints nothing.
  await page.mouse.down()
  await page.mouse.up()
  await page.keyboard.press('Escape')
  await expect(told).toHaveCount(0)
  await expect(history(page).getByText('1 stroke', { exact: true })).toHaveCount(2)
  await friend.context().close()
})

/** The color in the middle of the replay's picture of a box. */
async function replayed(page: Page, at: { x: number; y: number }): Promise<number[]> {
  return page
    .getByRole('dialog')
    .getByRole('img')
    .evaluate((element, { x, y }) => {
      const canvas = element as HTMLCanvasElement
      const scale = Math.min(canvas.width / 800, canvas.height / 600)
      const left = (canvas.width - 800 * scale) / 2 + x * scale
      const top = (canvas.height - 600 * scale) / 2 + y * scale
      return [...canvas.getContext('2d')!.getImageData(Math.round(left), Math.round(top), 1, 1).data].slice(
        0,
        3,
      )
    }, at)
}
const rgb = (color: number) => [color >> 16, (color >> 8) & 0xff, color & 0xff]

test('T15 the replay shows the strokes in their order, what was undone too, and ends at today’s picture', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await dab(page, 'Vermilion', rightBox)
  await page.getByRole('button', { name: 'Undo' }).click()
  await dab(page, 'Leaf green', rightBox)
  await isSaved(page)
  await isRefined(page)
  await openHistory(page)
  await history(page).getByRole('button', { name: 'Replay' }).click()
  const dialog = page.getByRole('dialog', { name: /The making of/ })
  await expect(dialog.getByText('The page today')).toBeVisible()
  const moment = dialog.getByRole('slider', { name: 'Moment' })
  await expect(moment).toHaveValue('4')
  await expect.poll(async () => difference(await replayed(page, inRight), rgb(LEAF))).toBeLessThan(24)
  await expect.poll(async () => difference(await replayed(page, inLeft), rgb(SKY))).toBeLessThan(24)

  // By keyboard: to the beginning, then step by step.
  await moment.press('Home')
  await expect(moment).toHaveAttribute('aria-valuetext', /Step 0 of 4/)
  await expect.poll(() => replayed(page, inLeft)).toEqual([255, 255, 255])
  await moment.press('ArrowRight')
  await expect.poll(async () => difference(await replayed(page, inLeft), rgb(SKY))).toBeLessThan(8)
  expect(await replayed(page, inRight)).toEqual([255, 255, 255])
  await moment.press('ArrowRight')
  await expect.poll(async () => difference(await replayed(page, inRight), rgb(VERMILION))).toBeLessThan(8)
  await moment.press('ArrowRight')
  await expect.poll(() => replayed(page, inRight)).toEqual([255, 255, 255])
  await moment.press(' ')
  await expect(dialog.getByText('The page today')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(history(page)).toBeVisible()
})

test('T15 where motion is not wanted the replay waits to be played', async ({ page, server }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await openHistory(page)
  await history(page).getByRole('button', { name: 'Replay' }).click()
  const dialog = page.getByRole('dialog', { name: /The making of/ })
  await expect(dialog.getByRole('slider', { name: 'Moment' })).toHaveValue('1')
  await dialog.getByRole('button', { name: 'Play again' }).click()
  await expect(dialog.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(dialog.getByText('The page today')).toBeVisible()
})

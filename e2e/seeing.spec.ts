import { expect, type Page } from '@playwright/test'
import { cameRefined, gateFrames } from './frameGate.fixture.ts'
import {
  anotherGuest,
  colorAt,
  dab,
  difference,
  expectColor,
  isRefined,
  leftBox,
  onScreen,
  openDrawing,
  ownName,
  rightBox,
  test,
} from './nurie.fixture.ts'

const SKY = 0x79bdea
const LEAF = 0x6aa84f
const VERMILION = 0xd9452f
const PAPER = 0xffffff
/** In the boxes, away from where they are dabbed. */
const inLeft = { x: leftBox.x + 40, y: leftBox.y + 250 }
const inRight = { x: rightBox.x + 230, y: rightBox.y + 250 }
/** On the hint that `dab` leaves in a box, at its rim, where its contour is. */
const hintOf = (box: { x: number; y: number }) => ({ x: box.x + 130, y: box.y + 100 })

const look = (page: Page, name: string) =>
  page.getByRole('group', { name: 'Colors' }).getByText(name, { exact: true }).click()
const layers = (page: Page) => page.getByRole('button', { name: 'Layers' })
const switchOf = (page: Page, name: string | RegExp) => page.getByRole('switch', { name })

test('V5 a border that moves by mouse and keys parts two looks, whatever the page does under it', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await dab(page, 'Leaf green', rightBox)
  await expectColor(page, inLeft.x, inLeft.y, SKY)
  await expectColor(page, inRight.x, inRight.y, LEAF)
  await isRefined(page)
  await page.getByRole('button', { name: 'Compare' }).click()
  await expect(page.getByRole('button', { name: 'Compare' })).toHaveAttribute('aria-pressed', 'true')
  const border = page.getByRole('slider', { name: 'Compare' })
  await expect(border).toHaveAttribute('aria-valuenow', '50')
  // Before and after.
  await expectColor(page, inLeft.x, inLeft.y, PAPER, 2)
  await expectColor(page, inRight.x, inRight.y, LEAF)
  // By mouse: both boxes lie to the right of it, and what it shows is the picture's own color.
  const handle = (await border.boundingBox())!
  const start = { x: handle.x + handle.width / 2, y: handle.y + handle.height / 2 }
  const beside = await onScreen(page, 40, 0)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(beside.x, start.y, { steps: 4 })
  await page.mouse.up()
  await expectColor(page, inLeft.x, inLeft.y, SKY)
  // By keys: both lie to the left of it.
  await border.focus()
  await page.keyboard.press('End')
  await expect(border).toHaveAttribute('aria-valuenow', '100')
  await expectColor(page, inRight.x, inRight.y, PAPER, 2)
  await page.keyboard.press('Home')
  for (let i = 0; i < 5; i++) await page.keyboard.press('PageUp')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowRight')
  await expect(border).toHaveAttribute('aria-valuenow', '50')
  // Each side chooses; hints are seen on bare paper.
  await page.getByRole('combobox', { name: 'Left side' }).selectOption('Hints')
  await page.getByRole('combobox', { name: 'Right side' }).selectOption('Flats')
  await expectColor(page, inLeft.x, inLeft.y, PAPER, 2)
  await expectColor(page, hintOf(leftBox).x, hintOf(leftBox).y, SKY, 4)
  await expectColor(page, inRight.x, inRight.y, LEAF)
  // Painting goes on, on both sides: a stroke is seen at once, new pictures come in.
  await dab(page, 'Vermilion', { x: rightBox.x, y: rightBox.y + 60 })
  await expectColor(page, inRight.x, inRight.y + 20, VERMILION, 60)
  await isRefined(page)
  // The border stands on the screen while the page is moved.
  await page.mouse.move(640, 300)
  await page.keyboard.down('Space')
  await page.mouse.down()
  await page.mouse.move(640 + 340, 300, { steps: 4 })
  await page.mouse.up()
  await page.keyboard.up('Space')
  await expectColor(page, inLeft.x, inLeft.y, SKY)
  await page.getByRole('button', { name: 'Fit' }).click()
  await expectColor(page, inLeft.x, inLeft.y, PAPER, 2)
  await page.getByRole('button', { name: 'Compare' }).click()
  await expect(border).toHaveCount(0)
  // A look at the lines alone for as long as a key is held.
  await expectColor(page, inLeft.x, inLeft.y, SKY)
  await page.keyboard.down('Backslash')
  await expectColor(page, inLeft.x, inLeft.y, PAPER, 2)
  await page.keyboard.up('Backslash')
  await expectColor(page, inLeft.x, inLeft.y, SKY)
})

test('V5 flats have one color a region; hints are as strong as wished and leave without the picture', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, page.url())
  const theirs = await ownName(friend)
  await dab(page, 'Sky blue', leftBox)
  await dab(friend, 'Vermilion', rightBox)
  await expectColor(page, inRight.x, inRight.y, VERMILION, 40)
  await isRefined(page)
  await switchOf(page, 'Hints').click()
  await look(page, 'Flats')
  // What it is made of is seen until it is there.
  for (const box of [leftBox, rightBox]) {
    await expect
      .poll(async () => {
        const at = [40, 90, 140, 190, 240].map((d) => colorAt(page, box.x + d, box.y + d))
        const [first, ...rest] = await Promise.all(at)
        return Math.max(...rest.map((each) => difference(each, first!)))
      })
      .toBe(0)
  }
  await look(page, 'Refined')
  await switchOf(page, 'Hints').click()
  const hint = hintOf(rightBox)
  await layers(page).click()
  await page.getByRole('slider', { name: 'Hint opacity' }).fill('0')
  await page.keyboard.press('Escape')
  // Its contour is gone.
  const rim = async (guest: Page) => {
    const across = Array.from({ length: 24 }, (_, i) => colorAt(guest, hint.x, hint.y + i))
    const [first, ...rest] = await Promise.all(across)
    return Math.max(...rest.map((each) => difference(each, first!)))
  }
  await expect.poll(() => rim(page)).toBeLessThan(16)
  await page.reload()
  await isRefined(page)
  await layers(page).click()
  await expect(page.getByRole('slider', { name: 'Hint opacity' })).toHaveValue('0')
  await page.getByRole('slider', { name: 'Hint opacity' }).fill('100')
  await page.keyboard.press('Escape')
  await expect.poll(() => rim(page)).toBeGreaterThan(24)
  // One guest's hints leave on one screen alone, and the picture stays.
  await layers(page).click()
  await switchOf(page, `Hints of ${theirs}`).click()
  await page.keyboard.press('Escape')
  await expect.poll(() => rim(page)).toBeLessThan(16)
  expect(await rim(friend)).toBeGreaterThan(24)
  await expectColor(page, inRight.x, inRight.y, VERMILION, 40)
  await friend.context().close()
})

test('V5 layers are shown and hidden, and the page tells who painted what is pointed at', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  const mine = await ownName(page)
  await dab(page, 'Sky blue', leftBox)
  await isRefined(page)
  const line = { x: leftBox.x + 3, y: leftBox.y + 150 }
  await expectColor(page, line.x, line.y, 0x000000, 20)
  await layers(page).click()
  await switchOf(page, 'Lines').click()
  await switchOf(page, 'Color').click()
  await page.keyboard.press('Escape')
  await expect.poll(async () => (await colorAt(page, line.x, line.y))[0]).toBeGreaterThan(200)
  await expectColor(page, inLeft.x, inLeft.y, PAPER, 2)
  await layers(page).click()
  await switchOf(page, 'Color').click()
  await switchOf(page, 'Lines').click()
  await switchOf(page, 'Who painted this').click()
  const at = await onScreen(page, inLeft.x, inLeft.y)
  await page.mouse.move(at.x, at.y)
  await expect(page.getByText(mine).and(page.locator('b'))).toBeVisible()
  await expect(page.getByText('colored this')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByText('colored this')).toHaveCount(0)
})

test('V6 the mark says behind, draft and refined of the newest stroke, by what the picture shows', async ({
  page,
  server,
}) => {
  const gate = await gateFrames(page)
  await openDrawing(page, server.url)
  const mark = (text: string) => page.getByText(text, { exact: true })
  await expect(mark('refined')).toBeVisible()
  gate.shut()
  await dab(page, 'Sky blue', leftBox)
  await expect(mark('coloring')).toBeVisible()
  // The server has done its work: here nothing of it was seen.
  await expect.poll(() => gate.kept.at(-1)?.stage, { timeout: 20_000 }).toBe('refined')
  await expect(page.getByRole('status').first()).toHaveText('Saved')
  await expect(mark('coloring')).toBeVisible()
  gate.open()
  await expect(mark('refined')).toBeVisible()
  await cameRefined(gate, 1)
  await expect(page.getByText('Coloring finished')).toHaveCount(1)
  // Taking back counts too.
  gate.shut()
  await page.keyboard.press('Control+z')
  await expect(mark('coloring')).toBeVisible()
  gate.open()
  await expect(mark('refined')).toBeVisible()
})

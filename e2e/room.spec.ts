import { expect } from '@playwright/test'
import sharp from 'sharp'
import { startServer } from '../bench/server.ts'
import {
  anotherGuest,
  colorAt,
  dab,
  difference,
  drawing,
  exported,
  expectColor,
  hideHints,
  isRefined,
  isSaved,
  leftBox,
  onScreen,
  openDrawing,
  ownName,
  paint,
  phoneOf,
  rightBox,
  test,
} from './nurie.fixture.ts'

const SKY = 0x79bdea
const LEAF = 0x6aa84f
const VERMILION = 0xd9452f
const far = { x: leftBox.x + 40, y: leftBox.y + leftBox.height - 40 }

test('upload, paint, draft, refined: the hinted region takes the color picked, lines stay black', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await dab(page, 'Leaf green', rightBox)
  await isSaved(page)
  await isRefined(page)
  await hideHints(page)
  await expectColor(page, far.x, far.y, SKY)
  await expectColor(page, rightBox.x + 240, rightBox.y + 260, LEAF)
  expect(difference(await colorAt(page, leftBox.x + 2, 300), [0, 0, 0])).toBeLessThan(30)
  await page
    .getByRole('radio', { name: 'Draft' })
    .or(page.getByRole('button', { name: 'Draft' }))
    .first()
    .click()
  await expectColor(page, far.x, far.y, SKY)
})

test('a second browser sees strokes, cursor and the same picture; undo is one’s own', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, page.url())
  await dab(page, 'Vermilion', leftBox)
  await expectColor(friend, leftBox.x + 110, leftBox.y + 100, VERMILION, 60)
  await hideHints(friend)
  await hideHints(page)
  await isRefined(page)
  await isRefined(friend)
  await expectColor(friend, far.x, far.y, VERMILION)
  await expectColor(page, far.x, far.y, VERMILION)
  await page.mouse.move(5, 400)
  await expect
    .poll(async () => {
      const both = await Promise.all(
        [page, friend].map((each) => each.locator('canvas').first().screenshot()),
      )
      const [mine, theirs] = await Promise.all(both.map((png) => sharp(png).removeAlpha().raw().toBuffer()))
      let most = 0
      const width = 1280
      for (let y = 200; y < 600; y++) {
        for (let x = 500; x < 800; x++) {
          most = Math.max(most, Math.abs(mine![3 * (y * width + x)]! - theirs![3 * (y * width + x)]!))
        }
      }
      return most
    })
    .toBeLessThanOrEqual(2)

  const spot = await onScreen(page, rightBox.x + 50, rightBox.y + 50)
  await page.mouse.move(spot.x, spot.y)
  const name = /[A-Z]\w+ [A-Z]\w+/
  await expect(friend.locator('.cursor, [class*=cursor]').filter({ hasText: name }).first()).toBeVisible()

  await dab(friend, 'Leaf green', rightBox)
  await expectColor(page, rightBox.x + 240, rightBox.y + 260, LEAF)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect
    .poll(async () => difference(await colorAt(friend, far.x, far.y), [0xd9, 0x45, 0x2f]))
    .toBeGreaterThan(40)
  await expectColor(friend, rightBox.x + 240, rightBox.y + 260, LEAF)
  await page.getByRole('button', { name: 'Redo' }).click()
  await expectColor(friend, far.x, far.y, VERMILION)
  await friend.context().close()
})

test('live strokes color the page on another screen while the pen is down', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await anotherGuest(browser, page.url())
  await hideHints(friend)
  await page.getByRole('button', { name: 'Sky blue' }).click()
  const from = await onScreen(page, leftBox.x + 80, leftBox.y + 80)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (let step = 1; step <= 10; step++) await page.mouse.move(from.x + 5 * step, from.y + 3 * step)
  await expectColor(friend, far.x, far.y, SKY)
  await page.mouse.up()
  await isSaved(page)
  await expectColor(friend, far.x, far.y, SKY)
  await friend.context().close()
})

test('a reload keeps everything, and the same guest comes back', async ({ page, server }) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  const name = await ownName(page)
  await page.reload()
  await isRefined(page)
  expect(await ownName(page)).toBe(name)
  await hideHints(page)
  await expectColor(page, far.x, far.y, SKY)
})

test('a page is called like its file; a new title is everybody’s, and stays', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const title = page.getByRole('textbox', { name: 'Page title' })
  await expect(title).toHaveValue('boxes')
  const friend = await anotherGuest(browser, page.url())
  await title.fill('Two boxes at noon')
  await title.press('Enter')
  await expect(friend.getByRole('textbox', { name: 'Page title' })).toHaveValue('Two boxes at noon')
  await isSaved(page)
  await page.reload()
  await expect(title).toHaveValue('Two boxes at noon')
  await expect(page).toHaveTitle(/Two boxes at noon/)
  await friend.context().close()
})

test('what was saved survives kill -9 of the server, and the page comes back by itself', async ({
  page,
  server,
}) => {
  const first = await startServer({ data: `${server.data}-restart` })
  const port = new URL(first.url).port
  await openDrawing(page, first.url)
  await dab(page, 'Vermilion', leftBox)
  await isSaved(page)
  await first.stop('SIGKILL')
  await expect(page.getByRole('status').first()).toHaveText('Offline')
  const second = await startServer({ data: `${server.data}-restart`, env: { PORT: port } })
  await isSaved(page)
  await page.reload()
  await isRefined(page)
  await hideHints(page)
  await expectColor(page, far.x, far.y, VERMILION)
  await second.stop()
})

test('strokes made while the server is away are saved when it is back', async ({ page, server }) => {
  const first = await startServer({ data: `${server.data}-offline` })
  const port = new URL(first.url).port
  await openDrawing(page, first.url)
  await first.stop('SIGKILL')
  await expect(page.getByRole('status').first()).toHaveText('Offline')
  await dab(page, 'Leaf green', leftBox)
  const second = await startServer({ data: `${server.data}-offline`, env: { PORT: port } })
  await isSaved(page)
  await hideHints(page)
  await expectColor(page, far.x, far.y, LEAF)
  await second.stop()
})

test('a view-only link shows everything and cannot paint', async ({ page, browser, server }) => {
  await openDrawing(page, server.url)
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link to look on' }).inputValue()
  await page.keyboard.press('Escape')
  const viewer = await anotherGuest(browser, link)
  await expect(viewer.getByRole('button', { name: 'Brush' })).toBeDisabled()
  await paint(viewer, leftBox.x + 100, leftBox.y + 100)
  await dab(page, 'Leaf green', rightBox)
  await expectColor(viewer, rightBox.x + 240, rightBox.y + 260, LEAF)
  // The brush they could not use is dipped in vermilion, and hints are shown.
  for (const each of [page, viewer]) {
    const seen = await colorAt(each, leftBox.x + 110, leftBox.y + 100)
    expect(difference(seen, [0xd9, 0x45, 0x2f])).toBeGreaterThan(60)
  }
  await viewer.context().close()
})

test('the first item of Export downloads the page at the drawing’s own size', async ({ page, server }) => {
  await openDrawing(page, server.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  const { data, info } = await sharp(await exported(page, 'Picture (PNG)'))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(info).toMatchObject(drawing)
  const at = 3 * (far.y * drawing.width + far.x)
  expect(difference([...data.subarray(at, at + 3)], [0x79, 0xbd, 0xea])).toBeLessThanOrEqual(24)
  expect([
    ...data.subarray(
      3 * (300 * drawing.width + leftBox.x + 2),
      3 * (300 * drawing.width + leftBox.x + 2) + 3,
    ),
  ]).toEqual([0, 0, 0])
})

test('a phone paints with one finger and pinches with two, without scrolling the page', async ({
  browser,
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  const hand = await phoneOf(browser, page.url())
  const phone = hand.context()
  await hand.getByRole('button', { name: 'Sky blue' }).click()
  const spot = await onScreen(hand, leftBox.x + 140, leftBox.y + 120)
  await hand.touchscreen.tap(spot.x, spot.y)
  await isSaved(hand)
  await hideHints(page)
  await expectColor(page, far.x, far.y, SKY)

  const before = (await hand.locator('.sheet').boundingBox())!
  const fingers = await phone.newCDPSession(hand)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', gap: number) =>
    fingers.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd'
          ? []
          : [
              { x: 195 - gap, y: 300, id: 0 },
              { x: 195 + gap, y: 300, id: 1 },
            ],
    })
  await touch('touchStart', 30)
  for (let gap = 35; gap <= 60; gap += 5) await touch('touchMove', gap)
  await touch('touchEnd', 0)
  await expect
    .poll(async () => (await hand.locator('.sheet').boundingBox())!.width / before.width)
    .toBeGreaterThan(1.5)
  // The pinch painted nothing: the only step to undo is the tap.
  await hand.getByRole('button', { name: 'Undo' }).click()
  await expect(hand.getByRole('button', { name: 'Undo' })).toBeDisabled()
  expect(await hand.evaluate(() => [scrollX, scrollY, document.documentElement.scrollWidth])).toEqual([
    0, 0, 390,
  ])
  await phone.close()
})

test('eraser takes hints away, fill stays in its region, the eyedropper picks what is seen', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  await page.getByRole('button', { name: 'Fill' }).click()
  await page.getByRole('button', { name: 'Leaf green' }).click()
  const inside = await onScreen(page, leftBox.x + 100, leftBox.y + 100)
  await page.mouse.click(inside.x, inside.y)
  await isSaved(page)
  await expectColor(page, far.x, far.y, LEAF)
  await hideHints(page)
  await isRefined(page)
  await expectColor(page, far.x, far.y, LEAF)

  await page.keyboard.press('i')
  const seen = await onScreen(page, far.x, far.y)
  await page.mouse.click(seen.x, seen.y)
  const mixed = await page.getByRole('button', { name: /^Color: #/ }).getAttribute('aria-label')
  const picked = parseInt(mixed!.slice(-6), 16)
  expect(
    difference([picked >> 16, (picked >> 8) & 0xff, picked & 0xff], [0x6a, 0xa8, 0x4f]),
  ).toBeLessThanOrEqual(24)

  await hideHints(page)
  await page.keyboard.press('e')
  for (let i = 0; i < 14; i++) await page.keyboard.press(']')
  for (let y = leftBox.y + 20; y < leftBox.y + leftBox.height; y += 40) {
    await paint(page, leftBox.x + 20, y, leftBox.width - 40)
  }
  await isSaved(page)
  await isRefined(page)
  await hideHints(page)
  await expect
    .poll(async () => difference(await colorAt(page, far.x, far.y), [0x6a, 0xa8, 0x4f]))
    .toBeGreaterThan(30)
})

test('any color can be mixed by its hex name and is what appears', async ({ page, server }) => {
  await openDrawing(page, server.url)
  await page.getByRole('button', { name: /^Color: #/ }).click()
  await page.getByRole('textbox', { name: /hex/i }).fill('#12c4b0')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await paint(page, leftBox.x + 100, leftBox.y + 100)
  await isSaved(page)
  await hideHints(page)
  await expectColor(page, far.x, far.y, 0x12c4b0)
})

test('wheel zooms around the pointer, space drags the page, Ctrl+0 fits it again', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  const sheet = async () => (await page.locator('.sheet').boundingBox())!
  const fitted = await sheet()
  const spot = await onScreen(page, leftBox.x, leftBox.y)
  await page.mouse.move(spot.x, spot.y)
  await page.mouse.wheel(0, -400)
  await expect.poll(async () => (await sheet()).width).toBeGreaterThan(1.4 * fitted.width)
  const same = await onScreen(page, leftBox.x, leftBox.y)
  expect(Math.hypot(same.x - spot.x, same.y - spot.y)).toBeLessThan(2)
  const before = await sheet()
  await page.keyboard.down('Space')
  await page.mouse.down()
  await page.mouse.move(spot.x + 80, spot.y + 50, { steps: 4 })
  await page.mouse.up()
  await page.keyboard.up('Space')
  expect((await sheet()).x - before.x).toBeCloseTo(80, 0)
  await page.keyboard.press('Control+0')
  await expect.poll(async () => (await sheet()).width).toBeCloseTo(fitted.width, 0)
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
})

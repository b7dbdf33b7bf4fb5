import { expect, type CDPSession, type Page } from '@playwright/test'
import {
  anotherGuest,
  colorAt,
  difference,
  drawing,
  expectColor,
  isRefined,
  isSaved,
  leftBox,
  onScreen,
  openDrawing,
  paint,
  phoneOf,
  rightBox,
  test,
} from './nurie.fixture.ts'

const SKY = 0x79bdea
const WHITE = [255, 255, 255]

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const isPressed = (page: Page, name: string) =>
  expect(button(page, name)).toHaveAttribute('aria-pressed', 'true')
const lines = (page: Page) =>
  page.getByRole('radio', { name: 'Lines' }).or(page.getByRole('button', { name: 'Lines', exact: true }))

/** The hints alone, on paper: what is painted is what is seen. */
async function openHints(page: Page, url: string): Promise<void> {
  await openDrawing(page, url)
  await lines(page).first().click()
  await page.getByRole('button', { name: 'Sky blue' }).click()
}

async function isPainted(page: Page, x: number, y: number, painted: boolean): Promise<void> {
  const seen = async () => difference(await colorAt(page, x, y), WHITE)
  if (painted) await expect.poll(seen, { message: `paint at ${x},${y}` }).toBeGreaterThan(40)
  else await expect.poll(seen, { message: `no paint at ${x},${y}` }).toBeLessThan(20)
}

/** Draws by mouse through places of the page. */
async function draw(page: Page, places: readonly (readonly [number, number])[]): Promise<void> {
  const sheet = (await page.locator('.sheet').boundingBox())!
  const size = sheet.width / drawing.width
  for (const [i, [x, y]] of places.entries()) {
    await page.mouse.move(sheet.x + x * size, sheet.y + y * size, { steps: places.length > 4 ? 1 : 3 })
    if (i === 0) await page.mouse.down()
  }
}

const scale = async (page: Page) => (await page.locator('.sheet').boundingBox())!.width / drawing.width

test('tools, colors and sizes by key; the page is zoomed, moved and turned, and paint lands where the pen is', async ({
  page,
  server,
}) => {
  await openHints(page, server.url)
  for (const [key, name] of [
    ['d', 'Dot'],
    ['f', 'Fill'],
    ['i', 'Eyedropper'],
    ['h', 'Hand'],
    ['z', 'Zoom'],
    ['E', 'Eraser'],
    ['b', 'Brush'],
  ] as const) {
    await page.keyboard.press(key)
    await isPressed(page, name)
  }
  const size = page.getByRole('slider', { name: 'Brush size' })
  const before = Number(await size.inputValue())
  for (let i = 0; i < 3; i++) await page.keyboard.press(']')
  expect(Number(await size.inputValue())).toBeGreaterThan(before)
  await page.keyboard.press('[')
  await button(page, 'Leaf green').click()
  await page.keyboard.press('x')
  await expect(button(page, 'Sky blue')).toHaveAttribute('aria-pressed', 'true')

  const fitted = await scale(page)
  const spot = await onScreen(page, 400, 300)
  await page.keyboard.press('z')
  await page.mouse.click(spot.x, spot.y)
  await expect.poll(() => scale(page)).toBeCloseTo(1.5 * fitted, 2)
  await page.keyboard.down('Alt')
  await page.mouse.click(spot.x, spot.y)
  await page.keyboard.up('Alt')
  await expect.poll(() => scale(page)).toBeCloseTo(fitted, 2)
  await page.keyboard.press('Control+1')
  await expect.poll(() => scale(page)).toBeCloseTo(1, 3)
  await page.getByRole('button', { name: 'Fit', exact: true }).click()
  await expect.poll(() => scale(page)).toBeCloseTo(fitted, 3)

  const reset = page.getByRole('button', { name: /^Reset rotation/ })
  await expect(reset).toBeHidden()
  await page.keyboard.press('b')
  await page.keyboard.down('r')
  await page.mouse.move(spot.x + 200, spot.y)
  await page.mouse.down()
  await page.mouse.move(spot.x + 150, spot.y + 150, { steps: 8 })
  await page.mouse.up()
  await page.keyboard.up('r')
  await expect(reset).toHaveText(/4\d°/)
  await reset.click()
  await expect(reset).toBeHidden()
  for (let i = 0; i < 6; i++) await page.keyboard.press('6')
  await expect(reset).toHaveText('90°')
  // Turned by 90 degrees clockwise, the page's left lies at the top.
  const turned = (await page.locator('.sheet').boundingBox())!
  const top = { x: turned.x + turned.width / 2, y: turned.y + turned.height / 8 }
  await page.mouse.move(top.x, top.y)
  await page.mouse.down()
  await page.mouse.move(top.x + 20, top.y, { steps: 3 })
  await page.mouse.up()
  await page.keyboard.press('Shift+Digit1')
  await expect(reset).toBeHidden()
  await isPainted(page, drawing.width / 8, drawing.height / 2, true)
  await isPainted(page, drawing.width / 2, drawing.height / 8, false)
})

test('lines are straight, a steadied hand does not tremble, a dot stays where it is let go', async ({
  page,
  browser,
  server,
}) => {
  test.slow()
  await openHints(page, server.url)
  const friend = await anotherGuest(browser, page.url())
  await lines(friend).first().click()
  await page.keyboard.press('[')
  await page.keyboard.press('[')
  await page.keyboard.down('Shift')
  await draw(page, [
    [120, 60],
    [260, 130],
    [400, 62],
  ])
  // The others see the line while it still swings.
  await isPainted(friend, 300, 61, true)
  await isPainted(friend, 250, 125, false)
  await page.mouse.up()
  await page.keyboard.up('Shift')
  await isPainted(page, 300, 61, true)
  await isPainted(page, 250, 125, false)
  // A click with Shift goes on from where the line ended.
  const next = await onScreen(page, 700, 60)
  await page.keyboard.down('Shift')
  await page.mouse.click(next.x, next.y)
  await page.keyboard.up('Shift')
  await isPainted(page, 550, 61, true)
  await button(page, 'Line assist').click()
  await isPressed(page, 'Line assist')
  await page.keyboard.down('Control')
  await draw(page, [
    [120, 110],
    [300, 124],
  ])
  await page.mouse.up()
  await page.keyboard.up('Control')
  await isPainted(page, 290, 110, true)
  await isPainted(page, 240, 122, false)
  await button(page, 'Line assist').click()

  const tremble = (y: number) =>
    Array.from({ length: 26 }, (_, i) => [120 + 20 * i, y + (i % 2 ? 14 : -14)] as const)
  await draw(page, tremble(500))
  await page.mouse.up()
  await isPainted(page, 120 + 20 * 17, 513, true)
  const stabilizer = page.getByRole('slider', { name: 'Stabilizer' })
  await stabilizer.focus()
  await page.keyboard.press('End')
  await expect(stabilizer).toHaveValue('100')
  await draw(page, tremble(560))
  await page.mouse.up()
  await isPainted(page, 120 + 20 * 17, 560, true)
  await isPainted(page, 120 + 20 * 17, 574, false)
  // The stroke ends where the pen did.
  await isPainted(page, 120 + 20 * 25, 573, true)

  await page.keyboard.press('d')
  await draw(page, [
    [200, 250],
    [200, 300],
  ])
  await isPainted(page, 200, 300, true)
  await isPainted(page, 200, 250, false)
  await page.mouse.up()
  await isSaved(page)
  // Their cursor would lie over the dot.
  await page.mouse.move(5, 400)
  await isPainted(friend, 200, 300, true)
  await isPainted(friend, 200, 250, false)
  await friend.context().close()
})

type Finger = { x: number; y: number; id: number }
/** `timestamp`, in seconds: when it happened, whatever the machine takes to tell it. */
const touch = (
  fingers: CDPSession,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  touchPoints: Finger[],
  timestamp = Date.now() / 1000,
) => fingers.send('Input.dispatchTouchEvent', { type, touchPoints, timestamp })

test('on a phone two fingers tap to undo and three to redo, turn the page, and a finger held still picks a color', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const hand = await phoneOf(browser, page.url())
  const phone = hand.context()
  await hand.getByRole('button', { name: 'Sky blue' }).click()
  const spot = await onScreen(hand, leftBox.x + 140, leftBox.y + 120)
  await hand.touchscreen.tap(spot.x, spot.y)
  const undo = button(hand, 'Undo')
  const redo = button(hand, 'Redo')
  await expect(undo).toBeEnabled()
  const fingers = await phone.newCDPSession(hand)
  const at = (count: number): Finger[] =>
    Array.from({ length: count }, (_, id) => ({ x: 120 + 60 * id, y: 330, id }))
  const tap = async (count: number) => {
    const begun = Date.now() / 1000
    for (let down = 1; down <= count; down++)
      await touch(fingers, 'touchStart', at(down), begun + 0.02 * down)
    await touch(fingers, 'touchEnd', [], begun + 0.15)
  }
  await tap(2)
  await expect(undo).toBeDisabled()
  await tap(3)
  await expect(undo).toBeEnabled()
  await expect(redo).toBeDisabled()

  const twist = (angle: number): Finger[] =>
    [0, Math.PI].map((side, id) => ({
      x: 195 + 70 * Math.cos(angle + side),
      y: 330 + 70 * Math.sin(angle + side),
      id,
    }))
  await touch(fingers, 'touchStart', twist(0))
  for (let angle = 0.1; angle < 0.95; angle += 0.1) await touch(fingers, 'touchMove', twist(angle))
  await touch(fingers, 'touchEnd', [])
  const reset = hand.getByRole('button', { name: /^Reset rotation/ })
  await expect(reset).toBeVisible()
  await reset.click()
  await hand.getByRole('button', { name: 'Fit', exact: true }).click()

  // The region took the color: picked, it is in the hand.
  await expectColor(hand, leftBox.x + 60, leftBox.y + 240, SKY)
  await hand.getByRole('button', { name: 'Vermilion' }).click()
  const place = await onScreen(hand, leftBox.x + 60, leftBox.y + 240)
  await touch(fingers, 'touchStart', [{ ...place, id: 0 }])
  await expect(hand.locator('output').filter({ hasText: /^#/ })).toBeVisible()
  await touch(fingers, 'touchEnd', [])
  const held = await hand.getByRole('button', { name: /^Color: #/ }).getAttribute('aria-label')
  const picked = parseInt(/#([0-9a-f]{6})/.exec(held!)![1]!, 16)
  expect(
    difference([picked >> 16, (picked >> 8) & 255, picked & 255], [0x79, 0xbd, 0xea]),
  ).toBeLessThanOrEqual(24)
  // Nothing of all that painted: there is one step to undo.
  await undo.click()
  await expect(undo).toBeDisabled()

  await hand.getByRole('button', { name: 'Brush options' }).click()
  await expect(hand.getByRole('slider', { name: 'Stabilizer' })).toBeVisible()
  await expect(hand.getByRole('switch', { name: 'Pressure' })).toBeVisible()
  expect(await hand.evaluate(() => [scrollX, scrollY, document.documentElement.scrollWidth])).toEqual([
    0, 0, 390,
  ])
  await phone.close()
})

test('a pen presses thin and thick, picks by its button, and from then on fingers move the page', async ({
  browser,
  server,
}) => {
  const tablet = await browser.newContext({ viewport: { width: 1280, height: 800 }, hasTouch: true })
  const page = await tablet.newPage()
  await openHints(page, server.url)
  for (let i = 0; i < 6; i++) await page.keyboard.press(']')
  const devices = await tablet.newCDPSession(page)
  const pen = (type: string, x: number, y: number, force = 0, pressed: 'left' | 'right' | 'none' = 'left') =>
    devices.send('Input.dispatchMouseEvent', {
      type: type as 'mouseMoved',
      x,
      y,
      force,
      button: pressed,
      buttons: type === 'mouseReleased' || pressed === 'none' ? 0 : pressed === 'left' ? 1 : 2,
      clickCount: 1,
      pointerType: 'pen',
    })
  const fingersDraw = page.getByRole('switch', { name: 'Draw with fingers' })
  await expect(fingersDraw).toBeHidden()
  const press = async (y: number, force: number) => {
    const from = await onScreen(page, 150, y)
    const to = await onScreen(page, 350, y)
    await pen('mousePressed', from.x, from.y, force)
    for (let step = 1; step <= 5; step++)
      await pen('mouseMoved', from.x + ((to.x - from.x) * step) / 5, from.y, force)
    await pen('mouseReleased', to.x, to.y)
  }
  await press(230, 0.05)
  await press(350, 0.95)
  await isPainted(page, 250, 230, true)
  await isPainted(page, 250, 350, true)
  const reach = Number(await page.getByRole('slider', { name: 'Brush size' }).inputValue()) / 2 - 4
  await isPainted(page, 250, 350 + reach, true)
  await isPainted(page, 250, 230 + reach, false)
  await page.getByRole('switch', { name: 'Pressure' }).click()
  await button(page, 'Undo').click()
  await button(page, 'Undo').click()
  await press(230, 0.05)
  await isPainted(page, 250, 230 + reach, true)

  await page.getByRole('button', { name: 'Vermilion' }).click()
  await page.keyboard.press('i')
  await page.getByRole('combobox', { name: 'Pick from' }).selectOption('Hints')
  await page.keyboard.press('b')
  const painted = await onScreen(page, 250, 230)
  await pen('mousePressed', painted.x, painted.y, 0.5, 'right')
  await pen('mouseReleased', painted.x, painted.y, 0, 'right')
  await expect(page.getByRole('button', { name: /^Color: #79bdea/ })).toBeVisible()

  const before = (await page.locator('.sheet').boundingBox())!
  const finger = await onScreen(page, 500, 80)
  const drag = async () => {
    await touch(devices, 'touchStart', [{ ...finger, id: 0 }])
    for (let step = 1; step <= 5; step++)
      await touch(devices, 'touchMove', [{ x: finger.x + 16 * step, y: finger.y, id: 0 }])
    await touch(devices, 'touchEnd', [])
  }
  await drag()
  await expect.poll(async () => (await page.locator('.sheet').boundingBox())!.x - before.x).toBeCloseTo(80, 0)
  await fingersDraw.click()
  await page.keyboard.press('Control+0')
  await drag()
  await isPainted(page, 510, 80, true)
  await tablet.close()
})

test('the fill tool shows what it would fill; shortcuts are listed, changed, kept and switched off', async ({
  page,
  server,
}) => {
  await openHints(page, server.url)
  await page.keyboard.press('f')
  await expect(page.getByRole('slider', { name: 'Gap closing' })).toBeVisible()
  const inside = await onScreen(page, leftBox.x + 100, leftBox.y + 100)
  await page.mouse.move(inside.x, inside.y)
  await isPainted(page, leftBox.x + 200, leftBox.y + 240, true)
  await isPainted(page, rightBox.x + 200, rightBox.y + 240, false)
  await expect(button(page, 'Undo')).toBeDisabled()
  await page.mouse.click(inside.x, inside.y)
  await expect(button(page, 'Undo')).toBeEnabled()

  await page.keyboard.press('?')
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await list.getByRole('button', { name: 'Eraser: E' }).click()
  await page.keyboard.press('Escape')
  await expect(list).toBeVisible()
  await list.getByRole('button', { name: 'Eraser: E' }).click()
  await page.keyboard.press('b')
  await expect(list.getByRole('alert')).toHaveText(/B belongs to Brush/)
  await list.getByRole('button', { name: 'Use it here' }).click()
  await list.getByRole('button', { name: 'Brush: more keys', exact: true }).click()
  await page.keyboard.press('q')
  await expect(list.getByRole('button', { name: 'Brush: Q' })).toBeFocused()
  await list.getByRole('button', { name: 'Done' }).click()
  await page.reload()
  await isRefined(page)
  await page.keyboard.press('b')
  await isPressed(page, 'Eraser')
  await page.keyboard.press('q')
  await isPressed(page, 'Brush')
  await button(page, 'Eraser').hover()
  await expect(page.getByRole('tooltip', { name: 'B' })).toBeVisible()

  await button(page, 'Keyboard shortcuts').click()
  await list.getByRole('checkbox', { name: /Single-key/ }).uncheck()
  await list.getByRole('button', { name: 'Close' }).click()
  await page.keyboard.press('b')
  await isPressed(page, 'Brush')
  await page.keyboard.press('Control+1')
  await expect.poll(() => scale(page)).toBeCloseTo(1, 3)
  await button(page, 'Keyboard shortcuts').click()
  await list.getByRole('button', { name: 'Reset to defaults' }).click()
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()
  await page.keyboard.press('e')
  await isPressed(page, 'Eraser')
  await paint(page, leftBox.x + 60, leftBox.y + 100)
})

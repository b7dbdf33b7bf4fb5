import { expect, type Page } from '@playwright/test'
import {
  anotherGuest,
  drawing,
  isRefined,
  leftBox,
  linkOf,
  onScreen,
  openDrawing,
  ownName,
  rightBox,
  test,
} from './nurie.fixture.ts'

const sheet = (page: Page) => page.locator('.sheet').boundingBox()
/** Whether two windows of one size show the page alike. */
const seesAlike = (one: Page, other: Page) =>
  expect
    .poll(async () => {
      const [a, b] = await Promise.all([sheet(one), sheet(other)])
      return Math.max(
        ...(['x', 'y', 'width', 'height'] as const).map((side) => Math.abs(a![side] - b![side])),
      )
    })
    .toBeLessThan(2)
const cursorOf = (page: Page, name: string) => page.locator('.cursor').filter({ hasText: name })
const following = (page: Page) => page.getByRole('region', { name: 'Following' })
const people = async (page: Page) => {
  await page.getByRole('button', { name: /^People/ }).click()
  return page.getByRole('dialog', { name: 'People' })
}
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name })

async function zoomIn(page: Page): Promise<void> {
  const at = await onScreen(page, drawing.width / 2, drawing.height / 2)
  await page.mouse.move(at.x, at.y)
  await page.mouse.wheel(0, -500)
}

test('B1 B2 B3 five at once: following shows what the other sees and ends by hand; a spotlight is everybody’s', async ({
  page: host,
  browser,
  server,
}) => {
  await openDrawing(host, server.url)
  const link = await linkOf(host, 'Link to paint')
  const look = await linkOf(host, 'Link to look on')
  const [ann, ben, cat] = await Promise.all([link, link, look].map((each) => anotherGuest(browser, each)))
  const name = await ownName(host)
  const annsName = await ownName(ann!)
  await ann!.getByRole('button', { name: `Follow ${name}` }).click()
  await expect(following(ann!)).toContainText(name)
  await expect(host.getByText(`${annsName} follows you`).first()).toBeVisible()
  await zoomIn(host)
  await seesAlike(host, ann!)
  // In a chain.
  await ben!.getByRole('button', { name: `Follow ${annsName}` }).click()
  await seesAlike(host, ben!)
  await host.mouse.wheel(0, -300)
  await seesAlike(host, ben!)
  // Painting ends it, and does not move the page.
  const before = await sheet(ann!)
  await ann!.mouse.move(700, 400)
  await ann!.mouse.down()
  await ann!.mouse.move(720, 410)
  await ann!.mouse.up()
  await expect(following(ann!)).toBeHidden()
  await host.mouse.wheel(0, 400)
  expect(await sheet(ann!)).toEqual(before)
  await ben!.keyboard.press('Escape')
  await expect(following(ben!)).toBeHidden()

  const list = await people(host)
  await list.getByRole('button', { name: 'Spotlight' }).click()
  await host.keyboard.press('Escape')
  await expect(host.getByText('3 people follow you').first()).toBeAttached()
  for (const each of [ann!, ben!, cat!]) await expect(each.getByText('Spotlight:')).toContainText(name)
  await zoomIn(host)
  for (const each of [ann!, ben!, cat!]) await seesAlike(host, each)
  await cat!.keyboard.press('Escape')
  const back = cat!.getByRole('button', { name: `Back to ${name}` })
  await host.mouse.wheel(0, -200)
  await back.click()
  await seesAlike(host, cat!)
  const late = await anotherGuest(browser, link)
  await expect(following(late)).toContainText(name)
  await seesAlike(host, late)
  await host.getByRole('button', { name: 'Stop spotlight' }).click()
  for (const each of [ann!, cat!, late]) await expect(following(each)).toBeHidden()
  // Only a host has one; who is followed and leaves is told of.
  await expect((await people(ann!)).getByRole('button', { name: 'Spotlight' })).toHaveCount(0)
  await ann!
    .getByRole('listitem')
    .getByRole('button', { name: `Follow ${name}` })
    .click()
  await expect(following(ann!)).toBeVisible()
  await host.goto('about:blank')
  await expect(ann!.getByRole('alert')).toContainText(`${name} left`)
  await expect(following(ann!)).toBeHidden()
  for (const each of [ann!, ben!, cat!, late]) await each.context().close()
})

test('B4 B5 cursors carry name and tool and can be hidden; pings and reactions are seen, and heard of, by everybody', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const viewer = await anotherGuest(browser, await linkOf(page, 'Link to look on'))
  const [mine, theirs] = [await ownName(page), await ownName(viewer)]
  const inLeft = await onScreen(page, leftBox.x + 140, leftBox.y + 150)
  await page.mouse.move(inLeft.x, inLeft.y)
  await page.mouse.move(inLeft.x + 4, inLeft.y)
  await expect(cursorOf(viewer, mine)).toBeVisible()
  await expect(cursorOf(viewer, mine).locator('.tool')).toBeVisible()
  const seenAt = (await cursorOf(viewer, mine).boundingBox())!
  expect(Math.hypot(seenAt.x - inLeft.x - 4, seenAt.y - inLeft.y)).toBeLessThan(4)

  // A viewer points, with the key alone.
  await viewer.keyboard.press('p')
  await expect(viewer.getByRole('button', { name: 'Ping', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  const spot = await onScreen(viewer, rightBox.x + 100, rightBox.y + 100)
  await viewer.mouse.click(spot.x, spot.y)
  await expect(page.locator('.ping').getByText(theirs)).toBeVisible()
  await expect(page.getByText(`${theirs} points at the page`)).toBeAttached()
  await viewer.getByRole('button', { name: 'Party' }).click()
  await viewer.mouse.click(spot.x, spot.y)
  await expect(page.getByText(`${theirs} celebrates`)).toBeAttached()
  await expect(page.locator('.reaction').getByText(theirs)).toBeVisible()
  // Pointing beyond the edge: an arrow leads there.
  await zoomIn(page)
  await page.mouse.wheel(0, -600)
  await viewer.getByRole('button', { name: 'Point', exact: true }).click()
  const corner = await onScreen(viewer, 20, 20)
  await viewer.mouse.click(corner.x, corner.y)
  await page.getByRole('button', { name: `Go to where ${theirs} points` }).click()
  await expect(page.locator('.ping').getByText(theirs)).toBeInViewport()
  await page.getByRole('button', { name: 'React' }).click()
  await page.getByRole('button', { name: 'Heart' }).click()
  await expect(viewer.getByText(`${mine} sends a heart`)).toBeAttached()
  await page.keyboard.press('Escape')

  await page.mouse.move(inLeft.x, inLeft.y)
  await expect(cursorOf(viewer, mine)).toBeVisible()
  await (await people(page)).getByRole('switch', { name: 'Hide my cursor' }).click()
  await expect(cursorOf(viewer, mine)).toHaveCount(0)
  await page.keyboard.press('Escape')
  await viewer.mouse.move(spot.x + 30, spot.y)
  await expect(cursorOf(page, theirs)).toHaveCount(1)
  await page.mouse.move(inLeft.x + 40, inLeft.y)
  await (await people(page)).getByRole('switch', { name: 'Hide others’ cursors' }).click()
  await expect(cursorOf(page, theirs)).toHaveCount(0)
  await expect(cursorOf(viewer, mine)).toHaveCount(0)
  // Remembered on this device.
  await page.reload()
  await isRefined(page)
  await expect((await people(page)).getByRole('switch', { name: 'Hide my cursor' })).toBeChecked()
  await viewer.context().close()
})

test('B6 the list of people tells roles, who paints, who is idle; a host’s ways lead from it', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const painter = await anotherGuest(browser, await linkOf(page, 'Link to paint'))
  const [mine, theirs] = [await ownName(page), await ownName(painter)]
  const at = await onScreen(painter, leftBox.x + 80, leftBox.y + 80)
  await painter.mouse.move(at.x, at.y)
  await painter.mouse.down()
  await painter.mouse.move(at.x + 30, at.y + 10, { steps: 5 })
  const list = await people(page)
  await expect(list.getByRole('listitem').first()).toContainText('Host · you')
  await painter.mouse.move(at.x + 60, at.y + 10, { steps: 5 })
  await expect(row(page, theirs)).toContainText('Paints · painting now')
  await painter.mouse.up()
  await page.keyboard.press('Escape')

  const hide = (isHidden: boolean) =>
    painter.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: hidden })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  await painter.mouse.move(at.x, at.y)
  await expect(cursorOf(page, theirs)).toHaveCount(1)
  await hide(true)
  await expect(cursorOf(page, theirs)).toHaveCount(0)
  await people(page)
  await expect(row(page, theirs)).toContainText('Paints · idle')
  await hide(false)
  await expect(row(page, theirs)).not.toContainText('idle')

  await row(page, theirs)
    .getByRole('button', { name: `Undo strokes of ${theirs}` })
    .click()
  await page.getByRole('button', { name: 'Undo 1 stroke' }).click()
  await expect(page.getByText(`1 stroke of ${theirs} undone.`)).toBeVisible()
  const painters = await people(painter)
  await expect(painters.getByRole('listitem').first()).toContainText(mine)
  await expect(painters.getByRole('button', { name: /^(Remove|Undo strokes)/ })).toHaveCount(0)
  await painter.context().close()
})

test('the first minute: a sample tells what to do in one line, and colors itself on the first stroke', async ({
  page,
  server,
}) => {
  await page.goto(server.url)
  await page.getByRole('button', { name: /Color Two cats/i }).click()
  await isRefined(page)
  const hint = page.getByText('the rest of the page follows')
  await expect(hint).toBeVisible()
  const canvas = page.locator('canvas[data-ready]')
  const before = await canvas.screenshot()
  await page.getByRole('button', { name: 'Sky blue' }).click()
  await page.mouse.move(640, 400)
  await page.mouse.down()
  await page.mouse.move(670, 410, { steps: 4 })
  await page.mouse.up()
  await expect(hint).toBeHidden()
  await isRefined(page)
  expect((await canvas.screenshot()).equals(before)).toBe(false)

  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'OffscreenCanvas'))
  await page.reload()
  await expect(page.getByRole('alert')).toContainText('Update it')
})

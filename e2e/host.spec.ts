import { expect, type Browser, type Page } from '@playwright/test'
import { startServer } from '../bench/server.ts'
import {
  anotherGuest,
  dab,
  expectColor,
  hideHints,
  isRefined,
  isSaved,
  leftBox,
  linkOf,
  openDrawing,
  ownName,
  rightBox,
  test,
} from './nurie.fixture.ts'

// Up to four browsers, each with a page to be colored, on one machine.
test.describe.configure({ timeout: 120_000 })

const trouble = (page: Page) => page.getByRole('heading', { level: 1 })
const brush = (page: Page) => page.getByRole('button', { name: 'Brush', exact: true })

const people = (page: Page) => page.getByRole('button', { name: /^People/ }).click()

/** Nothing tries to come back: no request and no socket, for longer than the longest pause between two tries. */
async function staysAway(page: Page): Promise<void> {
  const tries: string[] = []
  page.on('request', (request) => tries.push(request.url()))
  page.on('websocket', (socket) => tries.push(socket.url()))
  await page.clock.install()
  await page.clock.runFor(60_000)
  expect(tries).toEqual([])
}

/** A page whose strokes do not reach the server while its line is cut. To be set up before it is opened. */
async function cuttable(page: Page) {
  let isCut = false
  const open = new Set<() => void>()
  await page.routeWebSocket(/\/yjs\//, (browser) => {
    const drop = () => void browser.close({ code: 3001 })
    if (isCut) return drop()
    const server = browser.connectToServer()
    open.add(() => {
      drop()
      void server.close({ code: 3001 })
    })
  })
  return {
    cut() {
      isCut = true
      for (const drop of open) drop()
      open.clear()
    },
    mend: () => void (isCut = false),
  }
}

async function opened(page: Page, browser: Browser, url: string) {
  await openDrawing(page, url)
  const painting = await linkOf(page, 'Link to paint')
  return { painting, guest: await anotherGuest(browser, painting) }
}

test('A13 a locked page is looked at by everybody and painted on by nobody, until it is open again', async ({
  page,
  browser,
  server,
}) => {
  const { guest } = await opened(page, browser, server.url)
  await people(page)
  await page.getByRole('switch', { name: 'Lock the page' }).click()
  await expect(guest.getByText('Locked by the host')).toBeVisible()
  await expect(brush(guest)).toBeDisabled()
  await expect(brush(page)).toBeDisabled()
  await page.keyboard.press('Escape')
  const late = await anotherGuest(browser, guest.url())
  await expect(late.getByText('Locked by the host')).toBeVisible()
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(guest.getByText('Locked by the host')).toBeHidden()
  await dab(guest, 'Sky blue', leftBox)
  await isSaved(guest)
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled()
  for (const each of [guest, late]) await each.context().close()
})

test('A13 what was painted offline waits on the device while the page is locked, and is saved when it is open', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const guest = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  const line = await cuttable(guest)
  await guest.goto(await linkOf(page, 'Link to paint'))
  await isRefined(guest)
  line.cut()
  await expect(guest.getByText('Offline', { exact: true })).toBeVisible()
  await dab(guest, 'Sky blue', leftBox)
  await people(page)
  const lock = page.getByRole('switch', { name: 'Lock the page' })
  await lock.click()
  await expect(lock).toHaveAttribute('aria-checked', 'true')
  await expect(guest.getByText('Locked by the host')).toBeVisible()
  line.mend()
  await guest.reload()
  await expect(guest.getByText('Locked by the host')).toBeVisible()
  await expect(guest.getByText('Offline', { exact: true })).toBeVisible()
  await lock.click()
  await isSaved(guest)
  await page.keyboard.press('Escape')
  await isRefined(page)
  await hideHints(page)
  await expectColor(page, leftBox.x + 40, leftBox.y + leftBox.height - 40, 0x79bdea)
  await guest.context().close()
})

test('A11 a guest who is removed is told so, stays away, and does not come in again by a reload', async ({
  page,
  browser,
  server,
}) => {
  const { guest, painting } = await opened(page, browser, server.url)
  const name = await ownName(guest)
  const friend = await anotherGuest(browser, painting)
  await people(page)
  await page.getByRole('button', { name: `Remove ${name}` }).click()
  await expect(page.getByRole('checkbox', { name: /Renew the link/ })).toBeChecked()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(trouble(guest)).toHaveText('You are not in this room any more.')
  await staysAway(guest)
  await guest.reload()
  await expect(trouble(guest)).toHaveText('You are not in this room any more.')
  const fresh = await (await browser.newContext()).newPage()
  await fresh.goto(painting)
  await expect(trouble(fresh)).toHaveText('This page is not here.')
  await expect(friend.getByRole('button', { name: 'People: 2 people here' })).toBeVisible()
  await dab(friend, 'Leaf green', rightBox)
  await isSaved(friend)
  await friend.reload()
  await expect(brush(friend)).toBeEnabled()
  const renewed = await linkOf(page, 'Link to paint')
  expect(renewed).not.toBe(painting)
  await anotherGuest(browser, renewed).then((newcomer) => newcomer.context().close())
  for (const each of [guest, fresh, friend]) await each.context().close()
})

test('A9 a link replaced for everybody puts out who came by it; the new one opens', async ({
  page,
  browser,
  server,
}) => {
  const { guest, painting } = await opened(page, browser, server.url)
  const onlooker = await anotherGuest(browser, await linkOf(page, 'Link to look on'))
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('button', { name: 'Renew link: link to paint' }).click()
  await page.getByRole('checkbox', { name: 'Whoever came by it stays' }).uncheck()
  await page.getByRole('button', { name: 'Replace link' }).click()
  await expect(trouble(guest)).toHaveText('This link is out of date.')
  await staysAway(guest)
  await expect(page.getByRole('textbox', { name: 'Link to paint' })).not.toHaveValue(painting)
  const renewed = await page.getByRole('textbox', { name: 'Link to paint' }).inputValue()
  await page.keyboard.press('Escape')
  await guest.goto(renewed)
  await expect(brush(guest)).toBeEnabled()
  await expect(onlooker.getByText('You are looking on')).toBeVisible()
  for (const each of [guest, onlooker]) await each.context().close()
})

test('A14 a room that is ended tells everybody, and is gone', async ({ page, browser, server }) => {
  const { guest, painting } = await opened(page, browser, server.url)
  await dab(guest, 'Sky blue', leftBox)
  await page.getByRole('button', { name: 'Share' }).click()
  await page.getByRole('button', { name: 'End room' }).click()
  await page.getByRole('button', { name: 'End for everybody' }).click()
  for (const each of [guest, page]) {
    await expect(trouble(each)).toHaveText('This page is closed.')
    await staysAway(each)
  }
  await guest.goto('about:blank')
  await guest.goto(painting)
  await expect(trouble(guest)).toHaveText('This page is not here.')
  await guest.context().close()
})

test('A19 where new pages need a key the start page asks for it, and remembers the right one', async ({
  page,
}) => {
  const own = await startServer({ env: { NURIE_CREATE_KEY: 'the create key' } })
  await page.goto(own.url)
  const key = page.getByLabel('This server asks for a key')
  await key.fill('ключ')
  await page.getByRole('button', { name: /cats/i }).first().click()
  await expect(page.getByRole('alert')).toContainText('asks for a key')
  await key.fill('the create key')
  await page.getByRole('button', { name: /cats/i }).first().click()
  await page.waitForURL(/\/r\/[\w-]{22}#/)
  await page.goto(own.url)
  await expect(key).toHaveValue('the create key')
  await own.stop()
})

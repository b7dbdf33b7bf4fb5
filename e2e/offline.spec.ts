/**
 * No stroke is lost and none is there twice, whatever happens to the server, the page or the browser's storage. What the server
 * has is asked by a client of its own, as another guest.
 */
import { readFile } from 'node:fs/promises'
import { expect, type BrowserContext, type Page } from '@playwright/test'
import { metricOf, startServer, type RunningServer } from '../bench/server.ts'
import { connectYjs, enter } from '../server/app.fixture.ts'
import {
  anotherGuest,
  dab,
  expectColor,
  hideHints,
  isRefined,
  isSaved,
  leftBox,
  onScreen,
  openDrawing,
  paint,
  rightBox,
  test as base,
} from './nurie.fixture.ts'

const SKY = 0x79bdea
const LEAF = 0x6aa84f

const status = (page: Page) => page.getByRole('status').first()
const isOffline = (page: Page) => expect(status(page)).toHaveText('Offline')
/** Changes that the page's browser keeps. */
const keptBy = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('nurie')
        opening.onerror = () => reject(new Error('no database'))
        opening.onsuccess = () => {
          const counting = opening.result.transaction('changes').objectStore('changes').count()
          counting.onsuccess = () => {
            opening.result.close()
            resolve(counting.result)
          }
        }
      }),
  )
const isKept = (page: Page) => expect(status(page)).toHaveAttribute('data-kept', 'kept')

const roomOf = (link: string) => {
  const { pathname, hash } = new URL(link)
  return { room: pathname.split('/').at(-1)!, key: hash.slice(1) }
}

/** How many strokes the server has; fails when one is there twice. */
async function strokesOn(server: RunningServer, link: string): Promise<number> {
  const { room, key } = roomOf(link)
  const keys = { host: key, edit: key, view: key }
  const stranger = connectYjs(server, await enter(server, { room, keys, width: 0, height: 0 }))
  await stranger.synced()
  stranger.close()
  expect(new Set(stranger.ids()).size).toBe(stranger.ids().length)
  return stranger.ids().length
}

/** A server of the test's own that can be killed, and comes back at its address with its data. */
async function openMortal(data: string, env: Record<string, string>) {
  let running = await startServer({ data, env })
  const { url } = running
  return {
    url,
    get running() {
      return running
    },
    kill: () => running.stop('SIGKILL'),
    async revive() {
      running = await startServer({ data, env: { ...env, PORT: new URL(url).port } })
    },
    freeze: () => running.child.kill('SIGSTOP'),
    thaw: () => running.child.kill('SIGCONT'),
  }
}

const test = base.extend<{
  settings: Record<string, string>
  mortal: Awaited<ReturnType<typeof openMortal>>
}>({
  settings: [{}, { option: true }],
  mortal: async ({ server, settings }, use, { testId }) => {
    const mortal = await openMortal(`${server.data}-${testId}`, settings)
    await use(mortal)
    mortal.thaw()
    await mortal.running.stop()
  },
})

// Servers and browsers start several times in a test.
test.describe.configure({ timeout: 180_000 })

async function reopen(context: BrowserContext, link: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(link)
  await isRefined(page)
  return page
}

test('C8 the server dies under the pen: the stroke is finished offline and there once, for everybody, after it came back', async ({
  page,
  browser,
  mortal,
}) => {
  await openDrawing(page, mortal.url)
  const friend = await anotherGuest(browser, page.url())
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await page.getByRole('button', { name: 'Leaf green' }).click()
  const at = await onScreen(page, rightBox.x + 80, rightBox.y + 80)
  await page.mouse.move(at.x, at.y)
  await page.mouse.down()
  await page.mouse.move(at.x + 20, at.y)
  await mortal.kill()
  await isOffline(page)
  await page.mouse.move(at.x + 40, at.y + 10)
  await page.mouse.up()
  await paint(page, rightBox.x + 80, rightBox.y + 200)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('kept on this device', { exact: true })).toBeVisible()
  await mortal.revive()
  await isSaved(page)
  expect(await strokesOn(mortal.running, page.url())).toBe(2)
  for (const each of [page, friend]) {
    await hideHints(each)
    await expectColor(each, rightBox.x + 240, rightBox.y + 260, LEAF)
  }
  await friend.context().close()
})

test('C8 C7 a reload and a crash of the page while offline lose nothing and double nothing', async ({
  context,
  page,
  mortal,
}) => {
  await openDrawing(page, mortal.url)
  const link = page.url()
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await mortal.kill()
  await isOffline(page)
  const kept = await keptBy(page)
  await dab(page, 'Leaf green', rightBox)
  await expect.poll(() => keptBy(page)).toBeGreaterThan(kept)
  await isKept(page)
  const inspector = await context.newCDPSession(page)
  void inspector.send('Page.crash').catch(() => undefined)
  await page.waitForEvent('crash')
  await mortal.revive()
  const second = await reopen(context, link)
  await isSaved(second)
  expect(await strokesOn(mortal.running, link)).toBe(2)
  await second.reload()
  await isRefined(second)
  await isSaved(second)
  expect(await strokesOn(mortal.running, link)).toBe(2)
  await hideHints(second)
  await expectColor(second, rightBox.x + 240, rightBox.y + 260, LEAF)
  await second.close()
})

test('C7 a tab closed while it says Saving loses nothing that was kept', async ({
  context,
  page,
  mortal,
}) => {
  await openDrawing(page, mortal.url)
  const link = page.url()
  await isSaved(page)
  mortal.freeze()
  await dab(page, 'Sky blue', leftBox)
  await expect(status(page)).toHaveText('Saving')
  await isKept(page)
  await page.close()
  mortal.thaw()
  const second = await reopen(context, link)
  await isSaved(second)
  expect(await strokesOn(mortal.running, link)).toBe(1)
  await hideHints(second)
  await expectColor(second, leftBox.x + 40, leftBox.y + 260, SKY)
})

test('C3 two tabs of one person share what they paint offline, and it is there once', async ({
  context,
  page,
  mortal,
}) => {
  await openDrawing(page, mortal.url)
  const link = page.url()
  const second = await reopen(context, link)
  await dab(second, 'Sky blue', leftBox)
  await isSaved(second)
  await mortal.kill()
  await Promise.all([isOffline(page), isOffline(second)])
  await page.bringToFront()
  await dab(page, 'Leaf green', rightBox)
  await isKept(page)
  await second.bringToFront()
  await dab(second, 'Vermilion', { x: leftBox.x, y: leftBox.y + 120 })
  await isKept(second)
  await page.close()
  await mortal.revive()
  await isSaved(second)
  expect(await strokesOn(mortal.running, link)).toBe(3)
  await hideHints(second)
  await expectColor(second, rightBox.x + 240, rightBox.y + 260, LEAF)
})

test('C5 a browser that keeps nothing says so, and asks before the page with unsaved work is closed', async ({
  page,
  mortal,
}) => {
  await page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException('Not in this window.', 'SecurityError')
    }
  })
  await openDrawing(page, mortal.url)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await expect(page.getByText('not kept on this device')).toHaveCount(0)
  await mortal.kill()
  await isOffline(page)
  await dab(page, 'Leaf green', rightBox)
  await expect(page.getByText('not kept on this device')).toBeVisible()
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await mortal.revive()
  await isSaved(page)
  expect(await strokesOn(mortal.running, page.url())).toBe(2)
})

test.describe('a full page', () => {
  test.use({ settings: { NURIE_LIMIT_STROKES: '2' } })

  test('C4 strokes the server refuses are shown with why, kept over a reload, saved as a file, tried again, thrown away', async ({
    page,
    mortal,
  }) => {
    await openDrawing(page, mortal.url)
    await dab(page, 'Sky blue', leftBox)
    await dab(page, 'Leaf green', rightBox)
    await isSaved(page)
    await paint(page, leftBox.x + 60, leftBox.y + 250)
    const panel = page.getByRole('region', { name: 'Strokes that could not be sent' })
    await expect(panel.getByRole('alert')).toContainText('1 stroke could not be sent')
    await expect(panel.getByRole('alert')).toContainText('This page is full')
    await isRefined(page)
    await isSaved(page)
    const refusals = () => metricOf(mortal.url, 'nurie_refusals_total{channel="yjs",code="page-full"}')
    const before = await refusals()
    await page.reload()
    await isRefined(page)
    await isSaved(page)
    await expect(panel.getByRole('alert')).toContainText('1 stroke could not be sent')
    expect(await refusals()).toBe(before)

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'Save as a file' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('boxes.nurie-strokes')
    const saved = JSON.parse(await readFile(await file.path(), 'utf8')) as { strokes: unknown[] }
    expect(saved.strokes).toHaveLength(1)

    await panel.getByRole('button', { name: 'Try again' }).click()
    await expect.poll(refusals).toBe(before + 1)
    await expect(panel.getByRole('alert')).toContainText('1 stroke could not be sent')
    await isRefined(page)
    await dab(page, 'Sky blue', leftBox)
    await expect(panel.getByRole('alert')).toContainText('2 strokes could not be sent')
    await panel.getByRole('button', { name: 'Throw away' }).click()
    await expect(panel).toBeHidden()
    await page.reload()
    await isRefined(page)
    await expect(panel).toBeHidden()
    expect(await strokesOn(mortal.running, page.url())).toBe(2)
  })
})

test('C9 somebody who was removed is told so, and can save what was not sent', async ({
  page,
  browser,
  mortal,
}) => {
  await openDrawing(page, mortal.url)
  await page.getByRole('button', { name: 'Share' }).click()
  const link = await page.getByRole('textbox', { name: 'Link to paint' }).inputValue()
  await page.keyboard.press('Escape')
  const friend = await anotherGuest(browser, link)
  const { room, key } = roomOf(page.url())
  await mortal.kill()
  await isOffline(friend)
  await dab(friend, 'Leaf green', rightBox)
  await isKept(friend)
  const context = friend.context()
  await friend.close()
  await mortal.revive()
  const session = (entrance: object) =>
    fetch(`${mortal.url}/api/rooms/${room}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(entrance),
    }).then((answer) => answer.json() as Promise<{ token: string; guest: { id: string } }>)
  const remembered = await context.storageState()
  const entry = remembered.origins[0]!.localStorage.find(({ name }) => name === `nurie:room:${room}`)!
  const { token } = JSON.parse(entry.value) as { token: string }
  const { guest } = await session({ key: roomOf(link).key, previous: token })
  const host = await session({ key })
  const answer = await fetch(`${mortal.url}/api/rooms/${room}/guests/${guest.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${host.token}` },
  })
  expect(answer.ok).toBe(true)
  const back = await context.newPage()
  await back.goto(link)
  await expect(back.getByRole('heading')).toHaveText('You are not in this room any more.')
  const [file] = await Promise.all([
    back.waitForEvent('download'),
    back.getByRole('button', { name: 'Save the stroke as a file' }).click(),
  ])
  const saved = JSON.parse(await readFile(await file.path(), 'utf8')) as { strokes: unknown[] }
  expect(saved.strokes).toHaveLength(1)
  await context.close()
})

/** The page as something installed: without a network, over a new build, with files from other apps. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { startServer } from '../bench/server.ts'
import { startServer as startTestServer } from '../server/app.fixture.ts'
import {
  drawingFile,
  expectColor,
  hideHints,
  isRefined,
  isSaved,
  dab,
  leftBox,
  openDrawing,
  rightBox,
  test,
} from './nurie.fixture.ts'

test.use({ serviceWorkers: 'allow' })
// Servers and builds come and go in a test.
test.describe.configure({ timeout: 120_000 })

/** Waits until the service worker has all it needs and answers for this page. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
    if (!navigator.serviceWorker.controller)
      await new Promise((resolve) => (navigator.serviceWorker.oncontrollerchange = resolve))
  })
}

const cachedPaths = (page: Page) =>
  page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
    return all.flat().map(({ url }) => new URL(url).pathname)
  })

test('O3 the browser finds nothing that keeps the page from being installed', async ({ page, server }) => {
  await page.goto(server.url)
  await isKept(page)
  const inspector = await page.context().newCDPSession(page)
  const { installabilityErrors } = await inspector.send('Page.getInstallabilityErrors')
  // Playwright's windows are private ones.
  const faults = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')
  expect(faults).toEqual([])
  const { url, errors, data } = await inspector.send('Page.getAppManifest')
  expect([url, errors]).toEqual([`${server.url}/manifest.webmanifest`, []])
  const { icons, screenshots } = JSON.parse(data!) as Record<'icons' | 'screenshots', { src: string }[]>
  for (const { src } of [...icons, ...screenshots]) {
    const answer = await page.request.get(server.url + src)
    expect([src, answer.ok()]).toEqual([src, true])
  }
})

test('O4 without a network the start page opens with the drawings that were seen; nothing of a room is in a cache', async ({
  page,
  context,
  server,
}) => {
  await page.goto(server.url)
  const sample = page.getByRole('button', { name: 'Color Songbird' })
  await sample.waitFor()
  await isKept(page)
  await expect.poll(() => cachedPaths(page)).toContain('/api/samples')
  await sample.click()
  await isRefined(page)
  const paths = await cachedPaths(page)
  expect(paths.filter((path) => /^\/(api|yjs|socket.io|metrics|r)\b/.test(path))).toEqual(['/api/samples'])
  await context.setOffline(true)
  await page.goto(server.url)
  await expect(sample).toBeVisible()
  await expect(page.getByText('You are offline.')).toBeVisible()
  await sample.click()
  await expect(page.getByRole('alert')).toContainText('cannot be reached')
  await context.setOffline(false)
  await expect(page.getByText('You are offline.')).toBeHidden()
  await sample.click()
  await isRefined(page)
})

/** Makes the build in a folder another one: a page and a room of new names, and a service worker that lists them. */
async function rebuild(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true })
  const parts = files.flatMap((file) => /assets\/((?:index|RoomPage)-[\w-]{8}2*)\.js$/.exec(file)?.[1] ?? [])
  expect(parts.length).toBe(2)
  // The worker last: who looks in between finds the former build whole.
  const last = (file: string) => Number(file === 'serviceWorker.js')
  for (const file of files.toSorted((a, b) => last(a) - last(b))) {
    const path = join(folder, file)
    if (/\.(br|gz)$/.test(file)) await rm(path)
    else if (/\.(js|html)$/.test(file)) {
      const text = await readFile(path, 'utf8')
      const next = parts.reduce((all, part) => all.replaceAll(part, `${part}2`), text)
      await writeFile(path, next.replaceAll(/(?<="revision":)"\w+"/g, `"${Date.now()}"`))
      for (const part of parts) if (file.includes(part)) await rename(path, path.replace(part, `${part}2`))
    }
  }
}

test('O5 a new build waits for its reader: open tabs go on with theirs, whoever takes it', async ({
  page,
  context,
}) => {
  const folder = await mkdtemp(join(tmpdir(), 'nurie-build-'))
  await cp(new URL('../dist/client', import.meta.url), folder, { recursive: true })
  const server = await startTestServer({}, { page: folder })
  try {
    await page.goto(server.url)
    await isKept(page)
    const other = await context.newPage()
    await other.goto(server.url)
    await rebuild(folder)
    const scripts = (of: Page) =>
      of.locator('script[src]').evaluateAll((all) => all.map((each) => each.getAttribute('src')).join())
    const banner = page.getByText('A new version of Nurie is ready.')
    await expect(banner).toBeHidden()
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
    await expect(banner).toBeVisible()
    await page.getByRole('button', { name: 'Reload' }).click()
    await expect.poll(() => scripts(page).catch(() => '')).toMatch(/index-[\w-]{8}2\.js/)
    await expect(banner).toBeHidden()
    expect(await scripts(other)).not.toMatch(/index-[\w-]{8}2\.js/)
    // Its room is a part of the former build, which the server does not have any more.
    await other.getByRole('button', { name: /Color/ }).first().click()
    await expect(other.getByRole('button', { name: 'Brush', exact: true })).toBeVisible()
    await other.close()
    // A reload of the only tab takes what waits, too.
    await rebuild(folder)
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
    await expect(banner).toBeVisible()
    await page.reload()
    await expect.poll(() => scripts(page).catch(() => '')).toMatch(/index-[\w-]{8}22\.js/)
  } finally {
    await server.end()
    await rm(folder, { recursive: true })
  }
})

test('O6 a drawing shared by another app becomes a page', async ({ page, server }) => {
  await page.goto(server.url)
  await isKept(page)
  const bytes = [...(await drawingFile())]
  // As the system does it: a form, posted to the address of the manifest.
  await page.evaluate((data) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([Uint8Array.from(data)], 'two boxes.png', { type: 'image/png' }))
    const form = Object.assign(document.createElement('form'), {
      action: '/share',
      method: 'post',
      enctype: 'multipart/form-data',
    })
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'drawing' })
    input.files = transfer.files
    form.append(input)
    document.body.append(form)
    form.submit()
  }, bytes)
  await page.waitForURL(/\/r\/[\w-]{22}#/)
  await isRefined(page)
  await expect(page.getByRole('img', { name: 'Page: two boxes' })).toBeVisible()
})

test('O7 a room opens without the server as it was last seen, takes strokes, and brings them when it is back; one never seen waits', async ({
  page,
  context,
  browser,
  server: { data: common },
}) => {
  // A cut network leaves open sockets alone: the server goes away instead.
  const data = `${common}-kept`
  let server = await startServer({ data })
  const { port } = new URL(server.url)
  await openDrawing(page, server.url)
  await isKept(page)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await isRefined(page)
  const link = page.url()
  const stranger = await (await browser.newContext({ serviceWorkers: 'block' })).newPage()
  await stranger.goto(server.url)
  await stranger.getByRole('button', { name: /songbird/i }).click()
  await isRefined(stranger)
  const unseen = stranger.url()
  await server.stop()
  const status = page.getByRole('status').first()
  await expect(status).toHaveText('Offline')
  await page.reload()
  await expect(page.getByText('as this device last saw it')).toBeVisible()
  await page.locator('canvas[data-ready]').waitFor()
  await hideHints(page)
  await expectColor(page, leftBox.x + 40, leftBox.y + 260, 0x79bdea)
  await dab(page, 'Leaf green', rightBox)
  await expect(page.getByText('kept on this device', { exact: true })).toBeVisible()

  const other = await context.newPage()
  await other.goto(unseen)
  await expect(other.getByRole('heading', { name: 'Nurie is out of reach.' })).toBeVisible()
  server = await startServer({ data, env: { PORT: port } })
  await isRefined(other)
  await other.close()

  await isSaved(page)
  await expectColor(page, rightBox.x + 240, rightBox.y + 260, 0x6aa84f)
  await stranger.goto(link)
  await isRefined(stranger)
  await hideHints(stranger)
  await expectColor(stranger, rightBox.x + 240, rightBox.y + 260, 0x6aa84f)
  await stranger.context().close()
  await server.stop()
})

test.describe('the first visit', () => {
  test.use({ serviceWorkers: 'block' })

  test('O8 the scripts of the start page, and those of a room, are at most 250 kB on their way', async ({
    page,
    server,
  }) => {
    const sizes: Promise<[string, number]>[] = []
    page.on('requestfinished', (request) => {
      if (/\.js$/.test(new URL(request.url()).pathname))
        sizes.push(request.sizes().then(({ responseBodySize }) => [request.url(), responseBodySize]))
    })
    const bytes = async () => (await Promise.all(sizes)).reduce((sum, [, size]) => sum + size, 0)
    const most = 250 * 1024
    await page.goto(server.url)
    await page.getByRole('button', { name: /songbird/i }).waitFor()
    const start = await bytes()
    expect(start).toBeGreaterThan(10_000)
    expect(start).toBeLessThanOrEqual(most)
    await page.getByRole('button', { name: /songbird/i }).click()
    await isRefined(page)
    const room = await bytes()
    expect(room).toBeGreaterThan(start)
    expect(room).toBeLessThanOrEqual(most)
    test.info().annotations.push({ type: 'bytes', description: `start ${start}, with a room ${room}` })
  })
})

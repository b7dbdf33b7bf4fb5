/** What a browser sees of the promises in SECURITY.md. */
import { expect, type Page } from '@playwright/test'
import { dab, exported, isSaved, leftBox, openDrawing, test } from './nurie.fixture.ts'

type Seen = { urls: string[]; referrers: string[]; violations: string[] }

/** Notes every request of a page, its referrer, and every breach of the policy. */
async function watch(page: Page): Promise<Seen> {
  const seen: Seen = { urls: [], referrers: [], violations: [] }
  page.on('request', (request) => {
    seen.urls.push(request.url())
    const { referer } = request.headers()
    if (referer) seen.referrers.push(referer)
  })
  page.on('websocket', (socket) => void seen.urls.push(socket.url()))
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) seen.violations.push(message.text())
  })
  await page.exposeFunction('noteViolation', (text: string) => void seen.violations.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { noteViolation } = window as unknown as { noteViolation(text: string): void }
      noteViolation(`${event.violatedDirective} ${event.blockedURI}`)
    })
  })
  return seen
}

test('W11 start page, room, share, export and history ask no other host, break no rule of the policy, and send no key in an address', async ({
  page,
  server,
}) => {
  const seen = await watch(page)
  await openDrawing(page, server.url)
  const key = new URL(page.url()).hash.slice(1)
  expect(key.length).toBeGreaterThanOrEqual(22)
  await dab(page, 'Sky blue', leftBox)
  await isSaved(page)
  await page.getByRole('button', { name: 'Share' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await exported(page, 'Picture (PNG)')
  await page.getByRole('button', { name: 'History', exact: true }).click()
  await expect(page.getByRole('complementary', { name: 'History' })).toBeVisible()
  await page.reload()
  await isSaved(page)
  const answer = await page.evaluate(async () => (await fetch('/api/info')).status)
  expect(answer).toBe(200)
  const { host } = new URL(server.url)
  const elsewhere = seen.urls.filter((url) => !/^(data|blob):/.test(url) && new URL(url).host !== host)
  expect(elsewhere).toEqual([])
  expect(seen.violations).toEqual([])
  expect(seen.urls.length).toBeGreaterThan(10)
  for (const url of seen.urls) expect(url.split('#')[0]).not.toContain(key)
  expect(seen.referrers).toEqual([])
})

test('W11 the watching itself sees a breach of the policy and a request elsewhere', async ({
  page,
  server,
}) => {
  const seen = await watch(page)
  await page.goto(server.url)
  await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "taken over"'
    document.head.append(script)
    await fetch('https://elsewhere.example/').catch(() => {})
  })
  await expect.poll(() => seen.violations.join()).toMatch(/script-src.*inline/)
  await expect.poll(() => seen.violations.join()).toMatch(/connect-src/)
  expect(await page.title()).not.toBe('taken over')
})

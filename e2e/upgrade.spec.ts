/** A server of another protocol than the page's, as during an upgrade; the page and the server are the real ones, only that number is another. */
import { expect, type Page } from '@playwright/test'
import { PROTOCOL } from '../shared/protocol.ts'
import { dab, isSaved, leftBox, openDrawing, test } from './nurie.fixture.ts'

/** From now on servers tell this page that they speak the protocol that `spoken` gives. */
async function tellProtocol(page: Page, spoken: () => number): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer()
    server.onMessage((message) => {
      const told = typeof message === 'string'
      socket.send(told ? message.replace(`"protocol":${PROTOCOL}`, `"protocol":${spoken()}`) : message)
    })
  })
}

test('Q24 a page whose protocol the server no longer speaks is loaded anew by itself, once, with everything saved', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  await dab(page, 'Vermilion', leftBox)
  await isSaved(page)
  let loads = 0
  page.on('load', () => loads++)
  await tellProtocol(page, () => PROTOCOL + 1)
  await page.reload()
  await expect(page.getByText('A new version of Nurie is ready.')).toBeVisible()
  await expect.poll(() => loads).toBe(2)
  // It did not help, so it is the person's turn.
  await expect(page.getByRole('button', { name: 'Reload' })).toBeEnabled()
  await isSaved(page)
  expect(loads).toBe(2)
})

test('Q25 a page that comes to a server of before the upgrade tries again until it finds one that speaks its protocol', async ({
  page,
  server,
}) => {
  await openDrawing(page, server.url)
  let welcomes = 0
  await tellProtocol(page, () => (++welcomes < 3 ? PROTOCOL - 1 : PROTOCOL))
  await page.reload()
  await isSaved(page)
  expect(welcomes).toBeGreaterThanOrEqual(3)
})

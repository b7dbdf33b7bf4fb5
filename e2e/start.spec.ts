import { expect } from '@playwright/test'
import sharp from 'sharp'
import { drawingFile, isRefined, test } from './nurie.fixture.ts'

const canvas = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'white' } })

test('a sample opens with one click', async ({ page, server }) => {
  await page.goto(server.url)
  await expect(page.getByRole('button', { name: /fairy godmother/i })).toBeVisible()
  expect(
    await page
      .getByRole('button', { name: /CC|Open/i })
      .or(page.getByRole('listitem'))
      .count(),
  ).toBeGreaterThanOrEqual(8)
  await page.getByRole('button', { name: /fairy godmother/i }).click()
  await isRefined(page)
})

for (const way of ['paste', 'drop'] as const) {
  test(`a picture can be brought by ${way}`, async ({ page, server }) => {
    await page.goto(server.url)
    const bytes = [...(await drawingFile())]
    await page.locator('.zone').waitFor()
    await page.evaluate(
      ([how, data]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([Uint8Array.from(data)], 'boxes.png', { type: 'image/png' }))
        const zone = document.querySelector('.zone')!
        if (how === 'drop')
          zone.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }))
        else
          document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))
      },
      [way, bytes] as const,
    )
    await isRefined(page)
  })
}

/** Nothing in focus. */
const blurred = () =>
  sharp({
    create: {
      width: 640,
      height: 480,
      channels: 3,
      background: '#807060',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  }).blur(6)

const broken: [string, () => Promise<Buffer>, RegExp][] = [
  ['no picture', () => Promise.resolve(Buffer.from('hello')), /not a file Nurie can read/],
  ['an empty file', () => Promise.resolve(Buffer.alloc(0)), /not a file Nurie can read/],
  [
    'an SVG',
    () => Promise.resolve(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
    /not a file Nurie can read/,
  ],
  ['a picture cut in half', async () => (await drawingFile()).subarray(0, 900), /damaged or cut short/],
  ['a blank page', () => canvas(400, 300).png().toBuffer(), /no lines in this picture/],
  [
    'a black page',
    () => canvas(400, 300).negate({ alpha: false }).png().toBuffer(),
    /black nearly everywhere/,
  ],
  ['a photo without a line', () => blurred().jpeg().toBuffer(), /no lines in this picture/],
  ['a PNG bomb', () => canvas(16383, 16383).png({ compressionLevel: 9 }).toBuffer(), /too many pixels/],
]

for (const [what, file, sentence] of broken) {
  test(`${what} gives a clear message, and the page stays usable`, async ({ page, server }) => {
    await page.goto(server.url)
    await page
      .getByLabel('Drawing file')
      .setInputFiles({ name: 'drawing.png', mimeType: 'image/png', buffer: await file() })
    await expect(page.getByRole('alert')).toHaveText(sentence)
    await expect(page.getByRole('button', { name: 'Choose a drawing' })).toBeEnabled()
  })
}

test('L18 a drawing of 11 MB is made smaller and colored', async ({ page, server }) => {
  await page.goto(server.url)
  await page.getByLabel('Drawing file').setInputFiles({
    name: 'boxes.png',
    mimeType: 'image/png',
    buffer: Buffer.concat([await drawingFile(), Buffer.alloc(11 * 1024 * 1024)]),
  })
  await isRefined(page)
})

test('an unknown room and a wrong key read alike and lead home', async ({ page, server }) => {
  for (const path of ['/r/AAAAAAAAAAAAAAAAAAAAAA#nokey', '/r/nonsense']) {
    await page.goto(`${server.url}${path}`)
    await expect(page.getByRole('alert')).toHaveText(/no such room|not complete/)
    await expect(page.getByRole('link', { name: 'Start a new page' })).toBeVisible()
  }
})

test('the page asks nobody but its own server, and reports no error', async ({ page, server }) => {
  const foreign: string[] = []
  const errors: string[] = []
  page.on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).host !== new URL(server.url).host)
      foreign.push(request.url())
  })
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(server.url)
  await page.getByRole('button', { name: /fairy godmother/i }).click()
  await isRefined(page)
  expect(foreign).toEqual([])
  expect(errors).toEqual([])
})

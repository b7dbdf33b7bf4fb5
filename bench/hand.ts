/**
 * Pointer to pixel: somebody draws on a page of the largest size, and each move is to be on the hints' canvas under the pen. Once with
 * the whole page in sight, once at its own resolution; nothing steadies the hand, and the networks color beside it on the same cores.
 */
import { chromium, type Page } from '@playwright/test'
import sharp from 'sharp'
import { launchOptions } from './browser.ts'
import { allSeen, seenMoves, takePen, watchMoves, type Seen } from './moves.ts'
import { penOf } from './pens.ts'
import { percentile, type Row } from './report.ts'
import { startServer } from './server.ts'

const PAGE = { width: 4096, height: 2896 }
/** Distance of the lines of the drawing, in page pixels. */
const GRID = 256
const LINE = 8
const SCREEN = { width: 1280, height: 800 }
/** Where is drawn, on the screen: on the page at any zoom, and beside the tools. */
const AREA = { left: 260, right: 900, top: 180, bottom: 640 }
const MOVES = 24
const TOLERANCE = 2
const pen = penOf('vermilion')

export async function benchHand({ rows }: { rows: number }): Promise<Row[]> {
  const server = await startServer()
  const browser = await chromium.launch(launchOptions)
  try {
    const page = await browser.newPage({ viewport: SCREEN })
    await openGrid(page, server.url)
    const fitted = await drawRows(page, rows)
    await page.reload()
    await isOpen(page)
    await page.keyboard.press('Control+1')
    const close = await drawRows(page, rows, AREA.top + (AREA.bottom - AREA.top) / rows / 2)
    return [
      ...rowsOf('pointer to pixel, 4096 x 2896 page in sight', fitted),
      ...rowsOf('pointer to pixel, the same at 100 %', close),
    ]
  } finally {
    await browser.close()
    await server.stop()
  }
}

function rowsOf(what: string, moves: readonly Seen[]): Row[] {
  const ms = moves.map(({ ms }) => ms)
  const frames = moves.map(({ frames }) => frames + 1)
  const until = `${what}: display frames`
  return [
    { what: `${what}, median of ${moves.length}`, value: percentile(ms, 0.5), unit: 'ms' },
    { what: `${what}, p95`, value: percentile(ms, 0.95), unit: 'ms' },
    { what: `${until}, median`, value: percentile(frames, 0.5), unit: '', target: '<= 1' },
    { what: `${until}, p95`, value: percentile(frames, 0.95), unit: '', target: '<= 1' },
  ]
}

async function openGrid(page: Page, url: string): Promise<void> {
  const { width, height } = PAGE
  const row = (isLine: (x: number) => boolean) =>
    Buffer.from(Array.from({ length: width }, (_, x) => (isLine(x) ? 0 : 255)))
  const [across, along] = [row(() => true), row((x) => x % GRID < LINE)]
  const grey = Buffer.concat(Array.from({ length: height }, (_, y) => (y % GRID < LINE ? across : along)))
  const buffer = await sharp(grey, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
  await page.goto(url)
  await page.getByLabel('Drawing file').setInputFiles({ name: 'grid.png', mimeType: 'image/png', buffer })
  await isOpen(page)
}

/** Waits until there is a picture and the page can be painted on. */
async function isOpen(page: Page): Promise<void> {
  await page.getByText('refined', { exact: true }).waitFor({ timeout: 120_000 })
  await page.locator('canvas[data-ready]').waitFor()
}

/** A stroke a row, without pause; each move goes further than the brush is wide. */
async function drawRows(page: Page, rows: number, top = AREA.top): Promise<Seen[]> {
  await watchMoves(page, 'canvas.hints')
  await page.getByRole('slider', { name: 'Brush size' }).fill('48')
  await page.getByRole('button', { name: pen.name }).click()
  const { color } = pen
  await takePen(page, {
    color: [color >> 16, (color >> 8) & 0xff, color & 0xff],
    tolerance: TOLERANCE,
    corner: 0,
  })
  for (let row = 0; row < rows; row++) {
    const y = top + ((AREA.bottom - AREA.top) * row) / rows
    await page.mouse.move(AREA.left, y)
    await page.mouse.down()
    for (let move = 1; move <= MOVES; move++)
      await page.mouse.move(AREA.left + ((AREA.right - AREA.left) * move) / MOVES, y)
    await allSeen(page)
    await page.mouse.up()
  }
  return seenMoves(page)
}

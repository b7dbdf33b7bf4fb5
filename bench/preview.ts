/**
 * Pointer to preview: somebody draws through a page of cells, every move into the next one, and the preview colors the cell.
 * First with the server on the same machine and its networks at work, then with the server gone: the browser by itself.
 */
import { chromium, type Page } from '@playwright/test'
import sharp from 'sharp'
import { launchOptions } from './browser.ts'
import { allSeen, seenMoves, takePen, watchMoves, type Seen } from './moves.ts'
import { penOf } from './pens.ts'
import { percentile, type Row } from './report.ts'
import { startServer } from './server.ts'

/** The drawing: CELLS x CELLS cells, in page pixels; it is worked at 512 x 512. */
const SIDE = 1024
const CELLS = 16
const CELL = SIDE / CELLS
const LINE = 6
/** From a cell's middle to its corner, within the lines. */
const CORNER = CELL / 2 - 2 * LINE
/** A picture that takes over from the preview may differ from it by so much. */
const TOLERANCE = 24
/** Rows that follow each other differ. */
const pens = (['vermilion', 'skyBlue', 'leafGreen'] as const).map(penOf)

export async function benchPreview({ rows }: { rows: number }): Promise<Row[]> {
  const server = await startServer()
  const browser = await chromium.launch(launchOptions)
  try {
    const [together, alone] = [await browser.newPage(), await browser.newPage()]
    for (const page of [together, alone]) await openCells(page, server.url)
    const beside = await drawRows(together, rows)
    await together.close()
    await server.stop()
    await alone.getByRole('status').first().getByText('Offline').waitFor()
    const offline = await drawRows(alone, rows)
    return [
      ...rowsOf('pointer to preview, networks on the same cores', beside),
      ...rowsOf('pointer to preview, offline', offline),
    ]
  } finally {
    await browser.close()
    await server.stop()
  }
}

function rowsOf(what: string, moves: readonly Seen[]): Row[] {
  const ms = moves.map(({ ms }) => ms)
  const frames = moves.map(({ frames }) => frames)
  const later = `${what}: display frames after the stroke's own`
  return [
    { what: `${what}, median of ${moves.length}`, value: percentile(ms, 0.5), unit: 'ms' },
    { what: `${what}, p95`, value: percentile(ms, 0.95), unit: 'ms', target: '<= 33' },
    { what: `${later}, median`, value: percentile(frames, 0.5), unit: '' },
    { what: `${later}, p95`, value: percentile(frames, 0.95), unit: '', target: '<= 2' },
  ]
}

async function openCells(page: Page, url: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(url)
  const file = { name: 'cells.png', mimeType: 'image/png', buffer: await cellsFile() }
  await page.getByLabel('Drawing file').setInputFiles(file)
  await page.getByText('refined', { exact: true }).waitFor()
  await watchMoves(page)
}

async function cellsFile(): Promise<Buffer> {
  const isLine = (at: number) => (at + LINE / 2) % CELL < LINE
  const grey = Buffer.from(
    Array.from({ length: SIDE * SIDE }, (_, i) =>
      isLine(i % SIDE) || isLine(Math.floor(i / SIDE)) ? 0 : 255,
    ),
  )
  return sharp(grey, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer()
}

/** A stroke a row, from the first cell's middle to the last one's, without pause. Gives every move. */
async function drawRows(page: Page, rows: number): Promise<Seen[]> {
  const sheet = (await page.locator('.sheet').boundingBox())!
  const scale = sheet.width / SIDE
  const middle = (cell: number) => (cell + 0.5) * CELL * scale
  for (let row = 0; row < rows; row++) {
    const { name, color } = pens[row % pens.length]!
    await page.getByRole('button', { name }).click()
    await takePen(page, {
      color: [color >> 16, (color >> 8) & 0xff, color & 0xff],
      tolerance: TOLERANCE,
      corner: CORNER * scale,
    })
    const y = sheet.y + middle(row)
    await page.mouse.move(sheet.x + middle(0), y)
    await page.mouse.down()
    for (let cell = 1; cell < CELLS; cell++) await page.mouse.move(sheet.x + middle(cell), y)
    await allSeen(page)
    await page.mouse.up()
  }
  return seenMoves(page)
}

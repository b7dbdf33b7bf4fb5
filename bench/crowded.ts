/**
 * A crowded page in the hand: 10,000 strokes of all tools on a page of 4096 pixels, opened in Chromium against the real server. How long
 * until it can be painted on and its hints are seen; and how even its display frames come while somebody pans, zooms and turns it,
 * paints, and takes a stroke back, beside those of an empty page of 1400 pixels in the same browser.
 */
import { chromium, type Page } from '@playwright/test'
import sharp from 'sharp'
import { addStroke, packStroke, type Tool } from '../shared/strokes.ts'
import { launchOptions } from './browser.ts'
import { createRoom, joinRoom, type Guest, type RoomKeys } from './guest.ts'
import { percentile, type Row } from './report.ts'
import { startServer } from './server.ts'

const PAGE = { width: 4096, height: 2896 }
/** Strokes of one transaction: within the bytes of an update. */
const AT_ONCE = 200
/** A display frame at 60 a second. */
const FRAME_MS = 1000 / 60
const PIECES = { columns: 24, rows: 17 }

export async function benchCrowded({ strokes }: { strokes: number }): Promise<Row[]> {
  const server = await startServer({ env: { NURIE_LIMIT_COMMITS: '1000' } })
  const browser = await chromium.launch(launchOptions)
  try {
    const room = await makeRoom(server.url)
    const painter = await joinRoom(server.url, room.room, room.keys.edit)
    await crowd(painter, strokes)
    const link = `${server.url}/r/${room.room}#${room.keys.edit}`
    const first = await open(await browser.newPage(), link)
    await first.page.close()
    const joins: Opened[] = []
    for (let i = 0; i < 3; i++) {
      const opened = await open(await browser.newPage(), link)
      joins.push(opened)
      if (i < 2) await opened.page.close()
    }
    const { page } = joins.at(-1)!
    const name = `page of ${strokes} strokes, 4096 px`
    const median = (values: number[]) => percentile(values, 0.5)
    const rows: Row[] = [
      {
        what: `${name}: opened until it can be painted on, median of 3`,
        value: median(joins.map(({ ready }) => ready)),
        unit: 'ms',
        target: '<= 2000',
      },
      {
        what: `${name}: opened until its hints are seen`,
        value: median(joins.map(({ hinted }) => hinted)),
        unit: 'ms',
      },
    ]
    const small = await createRoom(server.url, 'songbird')
    const plain = await open(
      await browser.newPage(),
      `${server.url}/r/${small.room}#${small.keys.edit}`,
      true,
    )
    // One after the other: a page in the background draws nothing.
    for (const [on, who] of [
      [plain.page, 'beside it, an empty page of 1400 px'],
      [page, name],
    ] as const) {
      await on.bringToFront()
      for (const [what, work] of gestures)
        rows.push(...rowsOf(`${who}: ${what}`, await framesDuring(on, () => work(on))))
    }
    painter.leave()
    return rows
  } finally {
    await browser.close()
    await server.stop()
  }
}

/** Milliseconds from one display frame to the next: even ones are as long as a frame of the display. */
const rowsOf = (what: string, frames: readonly number[]): Row[] => [
  { what: `${what}: display frame to the next, median`, value: percentile(frames, 0.5), unit: 'ms' },
  { what: `${what}: the same, p95`, value: percentile(frames, 0.95), unit: 'ms', target: '<= 33' },
  {
    what: `${what}: display frames missed`,
    value: (100 * missed(frames)) / Math.max(1, frames.length + missed(frames)),
    unit: '%',
  },
]

const missed = (frames: readonly number[]) =>
  frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / FRAME_MS) - 1), 0)

async function makeRoom(url: string): Promise<RoomKeys> {
  const { columns, rows } = PIECES
  const { width, height } = PAGE
  const cell = (x: number, y: number) =>
    `<ellipse cx="${((x + 0.5) * width) / columns}" cy="${((y + 0.5) * height) / rows}" rx="${(0.46 * width) / columns}" ry="${(0.46 * height) / rows}"/>`
  const cells = Array.from({ length: columns * rows }, (_, i) => cell(i % columns, Math.floor(i / columns)))
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><g fill="none" stroke="#000" stroke-width="7">${cells.join('')}</g></svg>`
  // The server's own picture code, which other benches bring in, takes none.
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] })
  const body = await sharp(Buffer.from(drawing)).greyscale().png().toBuffer()
  const response = await fetch(`${url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: new Uint8Array(body),
  })
  if (!response.ok) throw new Error(`no room: ${await response.text()}`)
  return (await response.json()) as RoomKeys
}

/** Paints strokes of all tools all over the page. */
async function crowd({ doc, guest, saved }: Guest, strokes: number): Promise<void> {
  const [width, height] = [8 * PAGE.width, 8 * PAGE.height]
  const toolOf = (i: number): Tool => (i % 20 === 9 ? 'erase' : i % 20 === 19 ? 'fill' : 'brush')
  for (let from = 0; from < strokes; from += AT_ONCE) {
    doc.transact(() => {
      for (let i = from; i < Math.min(strokes, from + AT_ONCE); i++) {
        const tool = toolOf(i)
        const [x, y] = [(i * 7919) % width, (i * 104729) % height]
        const count = tool === 'fill' ? 1 : 16
        const points = Array.from({ length: count }, (_, k) => [
          Math.min(width - 1, x + 70 * k),
          Math.min(height - 1, y + Math.round(300 * Math.sin(k / 3))),
          Math.min(255, 120 + 12 * k),
        ])
        const color = tool === 'erase' ? 0 : (i * 40503) & 0xffffff
        const size = tool === 'fill' ? 24 : 12 + (i % 60)
        const stroke = { id: `crowd-${i}`, by: guest.id, tool, color, width: 8 * size, points: points.flat() }
        addStroke(doc, packStroke(stroke))
      }
    })
    await saved()
  }
}

type Opened = { page: Page; ready: number; hinted: number }

/** Opens the page and waits until all of it is there and nothing is computed any more. */
async function open(page: Page, link: string, isEmpty = false): Promise<Opened> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.addInitScript((isEmpty) => {
    const seen = { ready: 0, hinted: 0 }
    Object.assign(globalThis, { crowded: seen })
    const look = {
      frame() {
        const [color, , hints] = document.querySelectorAll('canvas')
        if (color?.dataset['ready'] && !seen.ready) seen.ready = performance.now()
        if (seen.ready && hints && !seen.hinted) {
          const { width, height } = hints
          const { data } = hints.getContext('2d')!.getImageData(width / 2 - 20, height / 2 - 20, 40, 40)
          if (isEmpty || data.some((value) => value > 0)) seen.hinted = performance.now()
        }
        if (!seen.hinted) requestAnimationFrame(() => look.frame())
      },
    }
    requestAnimationFrame(() => look.frame())
  }, isEmpty)
  await page.goto(link)
  const handle = await page.waitForFunction(
    () => {
      const seen = (globalThis as unknown as { crowded: { ready: number; hinted: number } }).crowded
      return seen.hinted > 0 && seen
    },
    undefined,
    { timeout: 240_000 },
  )
  const { ready, hinted } = (await handle.jsonValue()) as { ready: number; hinted: number }
  await page.getByText('refined', { exact: true }).waitFor({ timeout: 120_000 })
  // What comes after the first picture: a sharper one, the preview's own map.
  await page.waitForTimeout(4_000)
  return { page, ready, hinted }
}

/** How long each display frame took while something was done. */
async function framesDuring(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const frames: number[] = []
    const watch = { frames, isOn: true }
    Object.assign(globalThis, { frameWatch: watch })
    const tick = {
      next(last: number) {
        requestAnimationFrame((now) => {
          if (last > 0) frames.push(now - last)
          if (watch.isOn) tick.next(now)
        })
      },
    }
    tick.next(0)
  })
  await work()
  return page.evaluate(() => {
    const { frameWatch } = globalThis as unknown as { frameWatch: { frames: number[]; isOn: boolean } }
    frameWatch.isOn = false
    return frameWatch.frames
  })
}

const STEPS = 60
const rest = (page: Page) => page.waitForTimeout(1_500)

/** One step a display frame, as a hand moves: the next is sent when the last was handled. */
async function pan(page: Page): Promise<void> {
  await page.keyboard.down('Space')
  await page.mouse.move(640, 400)
  await page.mouse.down()
  for (let i = 1; i <= STEPS; i++)
    await page.mouse.move(640 + 200 * Math.sin(i / 6), 400 + 120 * Math.sin(i / 4))
  await page.mouse.up()
  await page.keyboard.up('Space')
}

async function turn(page: Page): Promise<void> {
  await page.keyboard.down('Shift')
  await page.keyboard.down('Space')
  await page.mouse.move(940, 400)
  await page.mouse.down()
  for (let i = 1; i <= STEPS; i++)
    await page.mouse.move(640 + 300 * Math.cos(i / 20), 400 + 300 * Math.sin(i / 20))
  await page.mouse.up()
  await page.keyboard.up('Space')
  await page.keyboard.up('Shift')
}

async function zoom(page: Page): Promise<void> {
  await page.mouse.move(640, 400)
  for (let i = 0; i < STEPS; i++) await page.mouse.wheel(0, i < STEPS / 2 ? -60 : 60)
}

async function paint(page: Page): Promise<void> {
  await page.keyboard.press('Control+0')
  await page.mouse.move(400, 300)
  await page.mouse.down()
  for (let i = 1; i <= STEPS; i++) await page.mouse.move(400 + 6 * i, 300 + 60 * Math.sin(i / 5))
  await page.mouse.up()
  await page.waitForTimeout(500)
}

async function undo(page: Page): Promise<void> {
  await page.keyboard.press('Control+z')
  await page.waitForTimeout(700)
}

const gestures = [
  ['nobody touches it', rest],
  ['panned', pan],
  ['zoomed', zoom],
  ['turned', turn],
  ['painted on', paint],
  ['a stroke taken back', undo],
] as const

import { execFileSync } from 'node:child_process'
import { expect, type Browser, type Page } from '@playwright/test'
import { startServer } from '../bench/server.ts'
import { watch, type Eyes } from './eyes.fixture.ts'
import { cameRefined, gateFrames } from './frameGate.fixture.ts'
import {
  colorAt,
  difference,
  expectColor,
  isRefined,
  leftBox,
  onScreen,
  openDrawing,
  paint,
  rightBox,
  test,
} from './nurie.fixture.ts'

const SKY = [0x79, 0xbd, 0xea]
const LEAF = [0x6a, 0xa8, 0x4f]
const VERMILION = [0xd9, 0x45, 0x2f]
/** How far the networks' color may lie from the hint's. */
const TOLERANCE = 24
/** Corners of the boxes, far from where is painted. */
const farLeft = { x: leftBox.x + 40, y: leftBox.y + leftBox.height - 40 }
const farRight = { x: rightBox.x + 240, y: rightBox.y + rightBox.height - 40 }

const isColor = (color: readonly number[], wanted: readonly number[]) =>
  difference([...color], [...wanted]) <= TOLERANCE
const pick = (page: Page, swatch: string) => page.getByRole('button', { name: swatch }).click()

async function penDown(page: Page, box: { x: number; y: number }): Promise<void> {
  const from = await onScreen(page, box.x + 80, box.y + 80)
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (let step = 1; step <= 8; step++) await page.mouse.move(from.x + 5 * step, from.y + 2 * step)
}

/** Another person's browser with a gate before its pictures. */
async function gatedGuest(browser: Browser, link: string, viewport = { width: 1280, height: 800 }) {
  const page = await (await browser.newContext({ viewport })).newPage()
  const gate = await gateFrames(page)
  await page.goto(link)
  await isRefined(page)
  await cameRefined(gate, 0)
  return { page, gate }
}

const turned = (eyes: Eyes, color: readonly number[]) =>
  expect.poll(async () => isColor((await eyes.seen()).colors.at(-1)!, color), { timeout: 20_000 }).toBe(true)

/** Everything that was seen since the color was seen first is that color. */
async function neverLeft(eyes: Eyes, color: readonly number[]): Promise<void> {
  const { colors } = await eyes.seen()
  const first = colors.findIndex((each) => isColor(each, color))
  expect(first, JSON.stringify(colors)).toBeGreaterThanOrEqual(0)
  expect(colors.slice(first).filter((each) => !isColor(each, color))).toEqual([])
}

test('V1 live strokes of several people are previewed before any picture of them comes', async ({
  page,
  browser,
  server,
}) => {
  await openDrawing(page, server.url)
  const friend = await gatedGuest(browser, page.url())
  const looker = await gatedGuest(browser, page.url(), { width: 390, height: 844 })
  looker.gate.shut()
  await pick(page, 'Sky blue')
  await pick(friend.page, 'Leaf green')
  const [left, right] = [
    await watch(looker.page, farLeft.x, farLeft.y),
    await watch(looker.page, farRight.x, farRight.y),
  ]
  const came = looker.gate.came.length
  await penDown(page, leftBox)
  await penDown(friend.page, rightBox)
  await turned(left, SKY)
  await turned(right, LEAF)
  expect(looker.gate.came).toHaveLength(came)
  await page.mouse.up()
  await friend.page.mouse.up()
  looker.gate.open()
  await cameRefined(looker.gate, 2)
  await isRefined(looker.page)
  await neverLeft(left, SKY)
  await neverLeft(right, LEAF)
  await friend.page.context().close()
  await looker.page.context().close()
})

test('V2 the picture takes over without a flash, on one’s own screen and on another’s', async ({
  page,
  browser,
  server,
}) => {
  const gate = await gateFrames(page)
  await openDrawing(page, server.url)
  const friend = await gatedGuest(browser, page.url())
  const boxes = [
    { swatch: 'Sky blue', color: SKY, box: leftBox, far: farLeft },
    { swatch: 'Leaf green', color: LEAF, box: rightBox, far: farRight },
  ]
  for (const [i, { swatch, color, box, far }] of boxes.entries()) {
    await pick(page, swatch)
    const [mine, theirs] = [await watch(page, far.x, far.y), await watch(friend.page, far.x, far.y)]
    await penDown(page, box)
    await turned(theirs, color)
    await page.mouse.up()
    await cameRefined(gate, i + 1)
    await cameRefined(friend.gate, i + 1)
    await expectColor(page, far.x, far.y, (color[0]! << 16) | (color[1]! << 8) | color[2]!)
    await neverLeft(mine, color)
    await neverLeft(theirs, color)
  }
  await friend.page.context().close()
})

test('V2 pictures that come late, in the middle of strokes and long after them, never bring the paper back', async ({
  page,
  server,
}) => {
  const gate = await gateFrames(page)
  await openDrawing(page, server.url)
  gate.shut()
  await pick(page, 'Sky blue')
  const left = await watch(page, farLeft.x, farLeft.y)
  await penDown(page, leftBox)
  await turned(left, SKY)
  const held = () => gate.kept.at(-1)?.covers
  await expect.poll(() => Object.keys(held()?.live ?? {}).length).toBe(1)
  await page.mouse.up()
  const right = await watch(page, farRight.x, farRight.y)
  await pick(page, 'Leaf green')
  await penDown(page, rightBox)
  await turned(right, LEAF)
  // A picture that shows the first stroke and a part of the second.
  await expect
    .poll(() => Object.values(held()?.clock ?? {}).length > 0 && Object.keys(held()!.live).length)
    .toBe(1)
  gate.open()
  gate.shut()
  await page.mouse.up()
  await expect.poll(() => gate.kept.at(-1)?.covers.lifted.length).toBe(2)
  gate.open()
  await cameRefined(gate, 2)
  await neverLeft(left, SKY)
  await neverLeft(right, LEAF)
})

test('V3 offline the preview of everything painted stays until pictures come again', async ({
  page,
  server,
}) => {
  const data = `${server.data}-preview`
  const first = await startServer({ data })
  const port = new URL(first.url).port
  const gate = await gateFrames(page)
  await openDrawing(page, first.url)
  await first.stop('SIGKILL')
  await expect(page.getByRole('status').first()).toHaveText('Offline')
  const [left, right] = [await watch(page, farLeft.x, farLeft.y), await watch(page, farRight.x, farRight.y)]
  await pick(page, 'Sky blue')
  await paint(page, leftBox.x + 100, leftBox.y + 100)
  await turned(left, SKY)
  await pick(page, 'Vermilion')
  await paint(page, rightBox.x + 100, rightBox.y + 100)
  await turned(right, VERMILION)
  const { frames } = await left.seen()
  await expect.poll(async () => (await left.seen()).frames - frames, { timeout: 30_000 }).toBeGreaterThan(200)
  const second = await startServer({ data, env: { PORT: port } })
  await cameRefined(gate, 2)
  await isRefined(page)
  await neverLeft(left, SKY)
  await neverLeft(right, VERMILION)
  await second.stop()
})

test('V3 while the colorist hangs and is replaced, everybody sees the preview', async ({ page, browser }) => {
  const own = await startServer()
  await openDrawing(page, own.url)
  const friend = await gatedGuest(browser, page.url())
  process.kill(coloristOf(own.child.pid!), 'SIGSTOP')
  const [mine, theirs] = [
    await watch(page, farLeft.x, farLeft.y),
    await watch(friend.page, farLeft.x, farLeft.y),
  ]
  await pick(page, 'Sky blue')
  await paint(page, leftBox.x + 100, leftBox.y + 100)
  await turned(mine, SKY)
  await turned(theirs, SKY)
  await cameRefined(friend.gate, 1)
  await isRefined(page)
  await neverLeft(mine, SKY)
  await neverLeft(theirs, SKY)
  await friend.page.context().close()
  await own.stop()
})

test('V4 a guest who vanishes in mid-stroke leaves nothing, in the preview and in the picture', async ({
  page,
  browser,
  server,
}) => {
  const gate = await gateFrames(page)
  await openDrawing(page, server.url)
  const friend = await gatedGuest(browser, page.url())
  await pick(friend.page, 'Vermilion')
  const eyes = await watch(page, farLeft.x, farLeft.y)
  gate.shut()
  const [unpainted] = (await eyes.seen()).colors
  const hint = { x: leftBox.x + 90, y: leftBox.y + 82 }
  const bare = await colorAt(page, hint.x, hint.y)
  await penDown(friend.page, leftBox)
  await turned(eyes, VERMILION)
  expect(difference(await colorAt(page, hint.x, hint.y), bare)).toBeGreaterThan(TOLERANCE)
  await friend.page.context().close()
  await turned(eyes, unpainted!)
  await expect.poll(async () => difference(await colorAt(page, hint.x, hint.y), bare)).toBeLessThanOrEqual(2)
  await expect.poll(() => gate.kept.length && Object.keys(gate.kept.at(-1)!.covers.live)).toEqual([])
  gate.open()
  await isRefined(page)
  expect(isColor((await eyes.seen()).colors.at(-1)!, VERMILION)).toBe(false)
})

/** The process id of a server's colorist. */
function coloristOf(server: number): number {
  const lines = execFileSync('ps', ['-eo', 'pid,ppid,args']).toString().split('\n')
  const found = lines
    .map((line) => line.trim().split(/\s+/))
    .find(([, parent, ...args]) => Number(parent) === server && args.join(' ').includes('colorist.ts'))
  return Number(found![0])
}

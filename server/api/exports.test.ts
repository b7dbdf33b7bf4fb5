/** What people take away, from the real networks and processes, read by others than wrote it. */
import Psd, { type Group, type Layer } from '@webtoon/psd'
import { unzipSync } from 'fflate'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addStroke, packStroke, pageOf, paletteOf, type Tool } from '../../shared/strokes.ts'
import {
  connectYjs,
  createRoom,
  enter,
  get,
  startServer,
  type Problem,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'
import { openColoring } from '../coloring/coloring.ts'
import { openImages } from '../images/images.ts'
import { attachment } from './attachment.ts'

// files/image.ts forbids it for what strangers send; here a file of our own is looked at.
sharp.unblock({ operation: ['VipsForeignLoadNsgif'] })

const log = { info: () => {}, warn: () => {} }
const RED = 0xd0342c
const SKY = 0x79bdea

let server: TestServer
let room: TestRoom
let viewer: TestSession
let files: Record<string, Buffer>

/** Where paper lies open in the drawing, in page pixels: found on its own picture. */
async function openPlaces(line: Buffer, count: number): Promise<[number, number][]> {
  const { data, width, height } = await inkOf(line)
  const isOpen = (x: number, y: number) => {
    for (let dy = -12; dy <= 12; dy += 3)
      for (let dx = -12; dx <= 12; dx += 3) if (data[(y + dy) * width + x + dx]! < 250) return false
    return true
  }
  const places: [number, number][] = []
  for (let y = 40; y < height - 40 && places.length < count; y += 37)
    for (let x = 40; x < width - 40 && places.length < count; x += 53) if (isOpen(x, y)) places.push([x, y])
  return places
}

let places: [number, number][]

beforeAll(async () => {
  server = await startServer(
    {},
    {
      openColoring: (events) => openColoring({ events, log, threads: 2 }),
      openImages: () => openImages({ log }),
    },
  )
  // Larger than the networks work at, and quick.
  const drawing = await sharp(fileURLToPath(new URL('../samples/songbird.png', import.meta.url)))
    .resize(660, 660, { fit: 'inside' })
    .png()
    .toBuffer()
  const made = await fetch(`${server.url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: Uint8Array.from(drawing),
  })
  room = (await made.json()) as TestRoom
  const ann = await enter(server, room, 'host', { name: 'Ann' })
  const hana = await enter(server, room, 'edit', { name: '花子' })
  const gone = await enter(server, room, 'edit', { name: 'Gone' })
  viewer = await enter(server, room, 'view')
  places = await openPlaces(Buffer.from(await (await get(server, viewer, 'line.png')).arrayBuffer()), 12)
  const clients = [ann, hana, gone].map((session) => connectYjs(server, session))
  await Promise.all(clients.map((client) => client.synced()))
  const [eyes] = clients
  let count = 0
  const dab = async (
    who: number,
    place: number,
    color: number,
    more: { tool?: Tool; swatch?: string } = {},
  ) => {
    const [x, y] = places[place]!
    const { tool = 'brush', swatch } = more
    const by = [ann, hana, gone][who]!.guest.id
    const points = [8 * x, 8 * y, 255]
    const stroke = { id: String(++count), by, tool, color, width: 80, points, ...(swatch && { swatch }) }
    addStroke(clients[who]!.doc, packStroke(stroke))
    // One after the other, as they are to be on the page.
    await Promise.all(clients.map((client) => client.until(() => client.ids().length === count)))
  }
  paletteOf(eyes!.doc).set('sky', { name: '空 Sky', color: SKY })
  pageOf(eyes!.doc).set('title', '小鳥 *?')
  await dab(0, 0, 0, { swatch: 'sky' })
  await dab(1, 5, RED)
  await dab(2, 9, 0x00ff00)
  await dab(1, 9, 0, { tool: 'erase' })
  const fetched = async (format: string) => {
    const answer = await get(server, viewer, format === 'line' ? 'line.png' : `export?format=${format}`)
    expect(answer.status, format).toBe(200)
    return [format, Buffer.from(await answer.arrayBuffer())] as const
  }
  files = {}
  for (const format of ['line', 'png', 'color', 'flats', 'psd', 'ora', 'gif'])
    Object.assign(files, Object.fromEntries([await fetched(format)]))
  for (const client of clients) client.close()
}, 120_000)
afterAll(() => server.end())

const raw = async (bytes: Uint8Array, channels?: 3) => {
  const picture = channels ? sharp(bytes).removeAlpha().toColourspace('srgb') : sharp(bytes)
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return { ...info, data: Uint8Array.from(data) }
}
const inkOf = async (bytes: Uint8Array) => {
  const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { ...info, data: Uint8Array.from(data).filter((_, i) => i % info.channels === 0) }
}
const at = ({ data, width }: { data: Uint8Array; width: number }, [x, y]: readonly [number, number]) =>
  (data[3 * (y * width + x)]! << 16) | (data[3 * (y * width + x) + 1]! << 8) | data[3 * (y * width + x) + 2]!

it('X1 color and flats are of the drawing’s size and hold no lines; flats are a few colors with hard edges, hinted ones exactly', async () => {
  const line = await inkOf(files.line!)
  const [color, flats] = [await raw(files.color!), await raw(files.flats!)]
  for (const { width, height, channels } of [color, flats])
    expect([width, height, channels]).toEqual([line.width, line.height, 3])
  expect(at(flats, places[0]!)).toBe(SKY)
  expect(at(flats, places[5]!)).toBe(RED)
  const colors = new Set<number>()
  let dark = 0
  for (let y = 0; y < flats.height; y++)
    for (let x = 0; x < flats.width; x++) {
      colors.add(at(flats, [x, y]))
      if (line.data[y * line.width + x] === 0 && at(flats, [x, y]) === 0) dark++
    }
  expect(colors.size).toBeGreaterThan(2)
  expect(colors.size).toBeLessThan(60)
  expect(dark).toBe(0)
})

it('X2 a PSD of a room has its guests’ and page colors’ names; what was erased is on no layer', async () => {
  const psd = Psd.parse(Uint8Array.from(files.psd!).buffer)
  const [lines, hints, colors, flats] = psd.children as [Layer, Group, Layer, Group]
  expect(hints.children.map(({ name }) => name)).toEqual(['花子', 'Ann'])
  expect(flats.children.map(({ name }) => name)).toEqual(expect.arrayContaining(['空 Sky', '#d0342c']))
  const [hana] = hints.children as [Layer]
  const [x, y] = places[5]!
  expect([hana.left, hana.top]).toEqual([x - 5, y - 5])
  const line = await inkOf(files.line!)
  const ink = new Uint8Array(await lines.composite(false, false))
  for (let channel = 0; channel < 3; channel++)
    expect(
      Buffer.compare(
        ink.filter((_, i) => i % 4 === channel),
        line.data,
      ),
    ).toBe(0)
  const seen = async (pixels: Promise<Uint8ClampedArray>) =>
    new Uint8Array(await pixels).filter((_, i) => i % 4 !== 3)
  expect(Buffer.compare(await seen(psd.composite()), (await raw(files.png!)).data)).toBe(0)
  expect(Buffer.compare(await seen(colors.composite(false, false)), (await raw(files.color!)).data)).toBe(0)
})

it('X2 an ORA’s merged picture is the PNG export', async () => {
  const merged = unzipSync(files.ora!)['mergedimage.png']!
  expect(Buffer.compare((await raw(merged)).data, (await raw(files.png!)).data)).toBe(0)
})

it('X8 a time-lapse shows the page empty, then step by step, then refined and held; without a stroke there is none', async () => {
  const gif = await sharp(files.gif, { animated: true }).metadata()
  expect(gif.format).toBe('gif')
  expect([gif.pages, gif.loop]).toEqual([6, 0])
  expect(Math.max(gif.width, gif.pageHeight!)).toBe(640)
  expect(gif.delay!.at(-1)).toBeGreaterThan(2_000)
  const frame = async (page: number) => raw(await sharp(files.gif, { page }).png().toBuffer(), 3)
  const [last, png] = [
    await frame(5),
    await raw(await sharp(files.png).resize(gif.width, gif.pageHeight).png().toBuffer()),
  ]
  let apart = 0
  for (let i = 0; i < last.data.length; i++) apart += Math.abs(last.data[i]! - png.data[i]!)
  expect(apart / last.data.length).toBeLessThan(8)
  const empty = await enter(server, await createRoom(server, 'cupcake'))
  const answer = await get(server, empty, 'export?format=gif')
  expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([404, 'nothing-made'])
})

it('X10 files are named after the page, in any script', async () => {
  const { headers } = await get(server, viewer, 'export?format=color')
  expect(headers.get('content-disposition')).toBe(
    `attachment; filename="nurie colors.png"; filename*=UTF-8''${encodeURIComponent('小鳥 colors.png')}`,
  )
  expect(attachment('Tête "à" ../tête\r\nX: y', '.psd')).toBe(
    `attachment; filename="Tete a .. tete X y.psd"; filename*=UTF-8''T%C3%AAte%20%C3%A0%20..%20t%C3%AAte%20X%20y.psd`,
  )
  expect(attachment('', '.png')).toBe(`attachment; filename="nurie.png"; filename*=UTF-8''nurie.png`)
})

/** Pictures without a room, colored by the real networks, beside those of a room. */
import Psd from '@webtoon/psd'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGreyPng } from '../../files/image.ts'
import { openPainter } from '../../models/command/painter.ts'
import { phonePhoto } from '../../models/evaluation/phonePhoto.fixture.ts'
import { dabs, samplePage } from '../../models/sampleRoom.fixture.ts'
import type { GreyPage } from '../../shared/picture.ts'
import { addStroke, packStroke, strokesOf, type PackedStroke } from '../../shared/strokes.ts'
import { strokesJson } from '../../shared/strokesJson.ts'
import {
  connectYjs,
  enter,
  get,
  startServer,
  testColoring,
  type Problem,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'
import { openColoring } from '../coloring/coloring.ts'
import { openImages } from '../images/images.ts'

const log = { info: () => {}, warn: () => {} }
let server: TestServer
/** Rooms are first painted in without any coloring: what a page looked like between its strokes must not be in a picture. */
let isColored = false
let exported: { png: Uint8Array; nurie: Uint8Array; strokes: PackedStroke[]; name: string }
let page: GreyPage
let sketch: Uint8Array
beforeAll(async () => {
  server = await startServer(
    {},
    {
      openColoring: (events) =>
        isColored ? openColoring({ events, threads: 2, log }) : testColoring().open(events),
      openImages: () => openImages({ log }),
    },
  )
  page = await samplePage('cats', 700)
  sketch = await encodeGreyPng(page)
  exported = await exportOfRoom()
})
afterAll(() => server.end())

function color(fields: Record<string, Uint8Array | string>): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    const isFile = ['sketch', 'hints', 'palette'].includes(name)
    form.set(name, isFile ? new Blob([value as Uint8Array<ArrayBuffer>]) : (value as string))
  }
  return fetch(`${server.url}/api/color`, { method: 'POST', body: form })
}
async function pictureOf(answer: Response): Promise<Uint8Array> {
  if (!answer.ok) throw new Error(await answer.text())
  return new Uint8Array(await answer.arrayBuffer())
}
const codeOf = async (answer: Response) => (answer.ok ? 'taken' : ((await answer.json()) as Problem).code)
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** A room of the sketch with these strokes, and its export once it has been closed and opened again. */
async function exportOfRoom(): Promise<typeof exported> {
  const made = await fetch(`${server.url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: sketch as Uint8Array<ArrayBuffer>,
  })
  const room = (await made.json()) as TestRoom
  const session = await enter(server, room)
  const painter = connectYjs(server, session)
  await painter.synced()
  for (const stroke of dabs(page, 6)) addStroke(painter.doc, packStroke({ ...stroke, by: session.guest.id }))
  const watcher = connectYjs(server, session)
  await watcher.until(() => watcher.strokes.length === 6)
  const strokes = strokesOf(watcher.doc).toArray() as PackedStroke[]
  painter.close()
  watcher.close()
  isColored = true
  await server.restart()
  const again = await enter(server, room)
  const file = async (format: string) => pictureOf(await get(server, again, `export?format=${format}`))
  return { png: await file('png'), nurie: await file('nurie'), strokes, name: session.guest.name }
}

describe('a picture without a room', () => {
  it('D6 made from a room’s saved strokes, or its .nurie file, is the room’s own export, byte for byte, by HTTP and by the command', async () => {
    const { png, nurie, strokes } = exported
    const hints = json(strokesJson(strokes))
    expect(Buffer.compare(await pictureOf(await color({ sketch, hints })), png)).toBe(0)

    const painter = await openPainter({ format: 'png', stage: 'refined', exact: false, clean: false })
    const painted = await painter.paint(
      { path: 'cats.png', bytes: sketch },
      { path: 'cats.nurie', bytes: nurie },
    )
    expect(Buffer.compare(await painted.encode(), png)).toBe(0)
    await painter.close()
  })

  it('D6 takes a palette, strokes of another size, and gives the color layer alone', async () => {
    const blue = strokesJson(dabs(page, 1).map((stroke) => packStroke({ ...stroke, color: 0x0000ff })))
    const half = await sharp(sketch)
      .resize(Math.round(page.width / 2))
      .png()
      .toBuffer()
    const answer = await color({
      sketch: half,
      hints: json({ ...blue, width: page.width, height: page.height }),
      palette: json(['#00c000']),
      format: 'color',
    })
    const { data, info } = await sharp(await pictureOf(answer))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.channels]).toEqual([Math.round(page.width / 2), 3])
    const share = (isOf: (r: number, g: number, b: number) => boolean) => {
      let count = 0
      for (let at = 0; at < data.length; at += 3) if (isOf(data[at]!, data[at + 1]!, data[at + 2]!)) count++
      return count / (data.length / 3)
    }
    // The dab is on what lies around the cats.
    const [blues, greens] = [
      share((r, g, b) => b > 150 && r < 100 && g < 100),
      share((r, g, b) => g > 120 && r < 100 && b < 100),
    ]
    expect(Math.min(blues, greens)).toBeGreaterThan(0.3)
    expect(blues + greens).toBeGreaterThan(0.9)
  })

  it('D10 comes as flats in nothing but the palette’s colors, or in layers with what each guest painted', async () => {
    const palette = json(['#00a0a0', '#ffc800'])
    const flats = await sharp(
      await pictureOf(await color({ sketch, palette, stage: 'draft', format: 'flats' })),
    )
      .raw()
      .toBuffer()
    const colors = new Set<number>()
    for (let at = 0; at < flats.length; at += 3) colors.add(flats.readUIntBE(at, 3))
    expect([...colors].filter((each) => ![0x00a0a0, 0xffc800, 0xffffff].includes(each))).toEqual([])
    expect(colors.size).toBeGreaterThan(1)

    const answer = await color({ sketch, hints: exported.nurie, format: 'psd' })
    expect(answer.headers.get('content-type')).toBe('image/vnd.adobe.photoshop')
    const psd = Psd.parse((await pictureOf(answer)).slice().buffer)
    expect(psd.children.map(({ name }) => name).sort()).toEqual(['Colors', 'Flats', 'Hints', 'Lines'])
    expect([psd.width, psd.height]).toEqual([page.width, page.height])
    const hints = psd.children.find(({ name }) => name === 'Hints')!
    expect(hints.children!.map(({ name }) => name)).toEqual([exported.name])
    const picture = await color({ sketch, hints: sketch, stage: 'draft', format: 'psd' })
    const group = Psd.parse((await pictureOf(picture)).slice().buffer).children.find(
      ({ name }) => name === 'Hints',
    )!
    expect(group.children!.map(({ name }) => name)).toEqual(['Hints'])
    const ora = await pictureOf(await color({ sketch, stage: 'draft', format: 'ora' }))
    expect(Buffer.from(ora.subarray(30, 54)).toString()).toBe('mimetypeimage/openraster')
  })

  it('D8 a photo is cleaned where that is asked for, clean line art stays as it is, and what holds no drawing is refused', async () => {
    const { jpeg } = await phonePhoto(page, { seed: 5, side: 700 })
    const paper = async (clean: string) => {
      const picture = await pictureOf(await color({ sketch: jpeg, clean, stage: 'draft' }))
      // Between the lines it is as bright as the sheet was seen.
      const { data } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true })
      return data.filter((value) => value > 250).length / data.length
    }
    expect(await paper('false')).toBeLessThan(0.01)
    expect(await paper('true')).toBeGreaterThan(0.05)
    const [as, cleaned] = [
      await color({ sketch, stage: 'draft' }),
      await color({ sketch, stage: 'draft', clean: 'true' }),
    ]
    expect(Buffer.compare(await pictureOf(as), await pictureOf(cleaned))).toBe(0)
    const blank = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    expect(await codeOf(await color({ sketch: blank, clean: 'true' }))).toBe('no-lines')
    expect(await codeOf(await color({ sketch, clean: 'yes' }))).toBe('bad-request')
  })

  it.each([
    ['hints', '{"format":"nurie-strokes","version":1,"strokes":[{}]}', 'broken-hints'],
    ['hints', '{"format":"nurie-strokes","version":2,"strokes":[]}', 'newer-hints'],
    [
      'hints',
      '{"format":"nurie-strokes","version":1,"width":9,"height":400,"strokes":[]}',
      'hints-other-shape',
    ],
    ['hints', 'hello', 'not-an-image'],
    ['palette', 'hello', 'not-a-palette'],
    ['palette', '[]', 'empty-palette'],
    ['palette', 'GIMP Palette\n1 2', 'broken-palette'],
    ['format', 'gif', 'bad-request'],
  ])('D7 %s that are %s are refused as %s', async (field, text, code) => {
    const value = field === 'format' ? text : new TextEncoder().encode(text)
    expect(await codeOf(await color({ sketch, stage: 'draft', [field]: value }))).toBe(code)
  })
})

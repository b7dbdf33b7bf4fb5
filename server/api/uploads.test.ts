import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openImages } from '../images/images.ts'
import {
  enter,
  get,
  post,
  startServer,
  type Problem,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer({}, { openImages: () => openImages({ log: { warn: () => {} } }) })
})
afterAll(() => server.end())

const upload = (body: Uint8Array, type = 'image/png') =>
  fetch(`${server.url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: body as Uint8Array<ArrayBuffer>,
  })
const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } })

/** A PNG whose header tells another size: what a bomb looks like before it is opened. */
function claiming(png: Buffer, width: number, height: number): Buffer {
  const bomb = Buffer.from(png)
  bomb.writeUInt32BE(width, 16)
  bomb.writeUInt32BE(height, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  return bomb
}

async function outcome(answer: Response) {
  if (answer.ok) return answer.status
  const { code, detail } = (await answer.json()) as Problem
  expect(detail.length).toBeGreaterThan(10)
  return `${answer.status} ${code}`
}

describe('what cannot be taken', () => {
  it('U2 each has its code, and the next picture goes on', async () => {
    const png = await blank(300, 200).png().toBuffer()
    const jpeg = await sharp({
      create: {
        width: 300,
        height: 200,
        channels: 3,
        background: '#fff',
        noise: { type: 'gaussian', mean: 99, sigma: 30 },
      },
    })
      .jpeg()
      .toBuffer()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    expect(await outcome(await upload(Buffer.from('hello, I am no picture')))).toBe('415 not-an-image')
    expect(await outcome(await upload(svg))).toBe('415 not-an-image')
    expect(await outcome(await upload(Buffer.alloc(0)))).toBe('415 not-an-image')
    expect(await outcome(await upload(jpeg.subarray(0, jpeg.length / 2), 'image/jpeg'))).toBe(
      '422 broken-image',
    )
    expect(await outcome(await upload(png.subarray(0, 60)))).toBe('422 broken-image')
    expect(await outcome(await upload(claiming(png, 6000, 5000)))).toBe('422 too-many-pixels')
    expect(await outcome(await upload(claiming(png, 16383, 16383)))).toBe('422 too-many-pixels')
    expect(await outcome(await upload(png))).toBe(201)
  })

  it('U1 the byte cap holds whether the length was told or not', async () => {
    const large = new Uint8Array(11 * 1024 * 1024).fill(7)
    large.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    expect(await outcome(await upload(large))).toBe('413 image-too-large')
    const chunks = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 65536) controller.enqueue(large.subarray(at, at + 65536))
        controller.close()
      },
    })
    const streamed = fetch(`${server.url}/api/rooms`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: chunks,
      duplex: 'half',
    } as RequestInit)
    expect(await streamed.then(outcome)).toBe('413 image-too-large')
  })
})

describe('what can be taken', () => {
  it('U3 an all-white page, a strip and a photograph become rooms of their size', async () => {
    const strip = await blank(1, 5000).png().toBuffer()
    const photo = await sharp({
      create: {
        width: 500,
        height: 300,
        channels: 3,
        background: '#fff',
        noise: { type: 'gaussian', mean: 120, sigma: 60 },
      },
    })
      .webp()
      .toBuffer()
    const white = await blank(800, 600).jpeg().toBuffer()
    const sizes: number[][] = []
    for (const [body, type] of [
      [strip, 'image/png'],
      [photo, 'image/webp'],
      [white, 'image/jpeg'],
    ] as const) {
      const answer = await upload(body, type)
      const room = (await answer.json()) as TestRoom
      expect(answer.status).toBe(201)
      sizes.push([room.width, room.height])
      const line = await get(server, await enter(server, room), 'line.png')
      const { width, height, channels } = await sharp(Buffer.from(await line.arrayBuffer())).metadata()
      expect([width, height, channels]).toEqual([room.width, room.height, 1])
    }
    expect(sizes).toEqual([
      [1, 4096],
      [500, 300],
      [800, 600],
    ])
  })

  it('U4 every bundled drawing', async () => {
    const samples = (await (await fetch(`${server.url}/api/samples`)).json()) as {
      name: string
      width: number
      height: number
      thumbnail: string
      colored: string
    }[]
    expect(samples.length).toBeGreaterThanOrEqual(8)
    for (const { name, width, height, thumbnail, colored } of samples) {
      const answer = await post(server, '/api/rooms', { sample: name })
      expect(await answer.json()).toMatchObject({ width, height })
      const picture = await fetch(server.url + thumbnail)
      expect(picture.headers.get('content-type')).toBe('image/png')
      const inColor = await fetch(server.url + colored)
      expect(inColor.headers.get('content-type')).toBe('image/webp')
    }
    expect((await fetch(`${server.url}/samples/cats.gif`)).status).toBe(404)
  })
})

describe('one picture without a room', () => {
  const color = (fields: Record<string, Uint8Array | string>) => {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') form.set(name, value)
      else form.set(name, new Blob([value as Uint8Array<ArrayBuffer>]), `${name}.png`)
    }
    return fetch(`${server.url}/api/color`, { method: 'POST', body: form })
  }

  it('U2 comes back at the sketch’s own size; what is wrong has its code', async () => {
    const sketch = await blank(700, 300).png().toBuffer()
    const answer = await color({ sketch, hints: sketch, stage: 'draft' })
    expect(answer.headers.get('content-type')).toBe('image/png')
    const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata()
    expect([width, height]).toEqual([700, 300])
    expect(await outcome(await color({}))).toBe('400 bad-request')
    expect(await outcome(await color({ sketch, stage: 'final' }))).toBe('400 bad-request')
    expect(await outcome(await color({ sketch: Buffer.from('no') }))).toBe('415 not-an-image')
    expect(await outcome(await color({ sketch, hints: Buffer.from('no') }))).toBe('415 not-an-image')
    expect(await outcome(await color({ sketch: new Uint8Array(11 * 1024 * 1024) }))).toBe(
      '413 image-too-large',
    )
    // Layered drawings may be larger, as for a room: this one is only broken.
    const layered = Buffer.concat([Buffer.from('8BPS'), Buffer.alloc(11 * 1024 * 1024)])
    expect(await outcome(await color({ sketch: layered }))).toBe('422 broken-image')
    expect(await outcome(await color({ sketch: Buffer.alloc(33 * 1024 * 1024) }))).toBe('413 file-too-large')
    expect(await outcome(await post(server, '/api/color', {}))).toBe('400 bad-request')
  })
})

describe('cleaning', () => {
  /** A ring drawn on grey paper. */
  const drawing = () => {
    const grey = Buffer.alloc(300 * 200)
    for (let at = 0; at < grey.length; at++)
      grey[at] = Math.abs(Math.hypot((at % 300) - 150, Math.floor(at / 300) - 100) - 60) < 3 ? 110 : 170
    return sharp(grey, { raw: { width: 300, height: 200, channels: 1 } })
      .png()
      .toBuffer()
  }
  const bring = (body: Uint8Array, query: string) =>
    fetch(`${server.url}/api/rooms${query}`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: body as Uint8Array<ArrayBuffer>,
    })
  async function lineArt(answer: Response): Promise<number[]> {
    expect(answer.status).toBe(201)
    const room = (await answer.json()) as TestRoom
    const line = await get(server, await enter(server, room), 'line.png')
    const { data } = await sharp(Buffer.from(await line.arrayBuffer()))
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    return [data[0]!, data[100 * 300 + 90]!]
  }

  it('L15 a room is made of a cleaned drawing where that is asked for, of the drawing as it is where not', async () => {
    expect(await lineArt(await bring(await drawing(), ''))).toEqual([170, 110])
    const [paper, ink] = await lineArt(await bring(await drawing(), '?clean=true'))
    expect(paper).toBe(255)
    expect(ink).toBeLessThan(60)
  })

  it('L15 what holds no lines is refused where cleaning is asked for, and no room is made', async () => {
    const white = await blank(300, 200).png().toBuffer()
    const black = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    for (const [picture, code] of [
      [white, 'no-lines'],
      [black, 'too-dark'],
    ] as const) {
      const answer = await bring(picture, '?clean=true')
      expect(answer.status).toBe(422)
      expect(((await answer.json()) as Problem).code).toBe(code)
    }
    expect((await bring(white, '')).status).toBe(201)
    expect((await bring(white, '?clean=perhaps')).status).toBe(400)
  })
})

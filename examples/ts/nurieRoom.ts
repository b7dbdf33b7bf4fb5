/**
 * A small client of Nurie: one room, made of a drawing, and what a program does in it. Self-contained, to be copied: its four libraries
 * are the stock ones.
 */
import { io, type Socket } from 'socket.io-client'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

/** The keys make the room's links: `SERVER/r/ROOM#KEY`. */
export type MadeRoom = {
  room: string
  width: number
  height: number
  keys: { host: string; edit: string; view: string }
}

/** A dab or line of color. `points` and `width` in pixels of the page; `color` is 0xRRGGBB. */
export type Hint = { color: number; width: number; points: readonly { x: number; y: number }[] }

export type ExportFormat = 'png' | 'color' | 'flats' | 'psd' | 'ora' | 'nurie'

/** What the server says when it refuses something. */
export class NurieProblem extends Error {
  readonly status: number
  /** Which refusal it is, for programs; the message is its sentence for people. */
  readonly code: string

  constructor(status: number, code: string, detail: string) {
    super(detail)
    this.status = status
    this.code = code
  }
}

async function answerOf(answer: Response): Promise<Response> {
  if (answer.ok) return answer
  const { code, detail } = (await answer.json()) as { code: string; detail: string }
  throw new NurieProblem(answer.status, code, detail)
}

/** Makes a room of a drawing (the bytes of a PNG, JPEG or WebP, up to 10 MB). @throws NurieProblem */
export async function makeRoom(
  server: string,
  drawing: Uint8Array<ArrayBuffer>,
  type = 'image/png',
): Promise<MadeRoom> {
  const headers = { 'content-type': type }
  const answer = await fetch(`${server}/api/rooms`, { method: 'POST', headers, body: drawing })
  return (await (await answerOf(answer)).json()) as MadeRoom
}

export class NurieRoom {
  readonly #address: string
  readonly #token: string
  readonly #guest: string
  readonly #doc = new Y.Doc()
  readonly #provider: WebsocketProvider
  readonly #socket: Socket
  /** By Yjs client, how much of what it wrote the newest refined picture shows. */
  #refined: Record<string, number> = {}
  #look = () => {}

  /** Comes into a room by one of its keys. @throws NurieProblem */
  static async enter(server: string, room: string, key: string, name = 'Program'): Promise<NurieRoom> {
    const answer = await fetch(`${server}/api/rooms/${room}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key, name }),
    })
    const { token, guest } = (await (await answerOf(answer)).json()) as {
      token: string
      guest: { id: string }
    }
    const entered = new NurieRoom(server, room, token, guest.id)
    await entered.#synced()
    return entered
  }

  private constructor(server: string, room: string, token: string, guest: string) {
    this.#address = `${server}/api/rooms/${room}`
    this.#token = token
    this.#guest = guest
    // The stock provider; what it needs to know of Nurie are the two subprotocols.
    this.#provider = new WebsocketProvider(`${server.replace(/^http/, 'ws')}/yjs`, room, this.#doc, {
      WebSocketPolyfill: WebSocket as never,
      protocols: ['nurie', token],
      disableBc: true,
    })
    // Frames come here. Somebody has to look on: nobody's picture is not colored.
    this.#socket = io(server, { transports: ['websocket'], auth: { room, token } })
    this.#socket.on('frame', (header: { stage: string; covers: { clock: Record<string, number> } }) => {
      if (header.stage === 'refined') this.#refined = header.covers.clock
      this.#look()
    })
  }

  /** Paints a hint; everybody in the room sees it. */
  paint({ color, width, points }: Hint): void {
    const stroke = {
      id: crypto.randomUUID(),
      by: this.#guest,
      tool: 'brush',
      color,
      width: Math.round(8 * width),
      points: encodePoints(points.map(({ x, y }) => [Math.round(8 * x), Math.round(8 * y), 255])),
    }
    this.#doc.getArray('strokes').push([stroke])
  }

  /** Resolves when the refined picture shows everything that was painted here. */
  refined(): Promise<void> {
    const { clientID } = this.#doc
    const painted = Y.decodeStateVector(Y.encodeStateVector(this.#doc)).get(clientID) ?? 0
    return new Promise((resolve) => {
      this.#look = () => {
        if ((this.#refined[clientID] ?? 0) >= painted) resolve()
      }
      this.#look()
    })
  }

  /** The finished page as a file, at the drawing's own size. @throws NurieProblem */
  async export(format: ExportFormat): Promise<Uint8Array> {
    const headers = { authorization: `Bearer ${this.#token}` }
    const answer = await fetch(`${this.#address}/export?format=${format}`, { headers })
    return new Uint8Array(await (await answerOf(answer)).arrayBuffer())
  }

  leave(): void {
    this.#provider.destroy()
    // Its awareness keeps a timer until the document is gone.
    this.#doc.destroy()
    this.#socket.disconnect()
  }

  #synced(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#provider.once('sync', () => resolve())
      // Codes of 4400 to 4499 say that it will not work, however often it is tried.
      this.#provider.on('connection-close', (event) => {
        if (event && event.code >= 4400 && event.code < 4500)
          reject(new Error(`The room closed: ${event.code}`))
      })
    })
  }
}

/** x, y and pressure (0..255) as Nurie packs them: each less the one before, its sign in the lowest bit, in bytes of seven bits. */
function encodePoints(points: readonly (readonly number[])[]): Uint8Array {
  const bytes: number[] = []
  points.forEach((point, i) => {
    point.forEach((value, axis) => {
      const difference = value - (points[i - 1]?.[axis] ?? 0)
      let left = ((difference << 1) ^ (difference >> 31)) >>> 0
      for (; left >= 128; left >>>= 7) bytes.push((left & 127) | 128)
      bytes.push(left)
    })
  })
  return Uint8Array.from(bytes)
}

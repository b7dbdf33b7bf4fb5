/** The real server on a free port, with stock clients to talk to it. Coloring and images are doubles unless a test brings the real ones. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Guest, PageInfo, Role, Stage } from '../shared/protocol.ts'
import { addStroke, packStroke, type Stroke } from '../shared/strokes.ts'
import { openApp, type Parts, type RunningApp } from './app.ts'
import type { Coloring, ColoringEvents } from './coloring/coloring.ts'
import type { EncodedPatch } from './coloring/colorist.ts'
import { readConfig } from './config.ts'
import { importedRoom } from './wholeRoom/importedRoom.ts'
import { unpackedRoom } from './wholeRoom/packedRoom.ts'
import type { Images } from './images/images.ts'
import { openLog, type Log } from './log.ts'

export type Touch = { room: string; revision: number; strokes: readonly Stroke[] }

/** Remembers what it was told; colors only what a test says. */
export function testColoring() {
  let events: ColoringEvents | undefined
  const touches: Touch[] = []
  const attentions: { room: string; attention: string; patches: boolean }[] = []
  const wants: string[] = []
  const wholes: string[] = []
  const opened = new Set<string>()
  const finished = new Map<string, readonly EncodedPatch[]>()
  const patchOf = (x: number): EncodedPatch => ({
    left: x >> 3,
    top: 2,
    picture: Uint8Array.of(1, x & 255),
    flats: Uint8Array.of(2, x & 255),
  })
  let isReady = true
  const coloring: Coloring = {
    info: () => ({ engine: 'test', device: 'none', models: [] }),
    isReady: () => isReady,
    load: () => Promise.resolve({ workers: Number(isReady), rooms: 0 }),
    open(room, _line, patches = []) {
      opened.add(room)
      finished.set(room, patches)
    },
    touch(room, revision, strokes) {
      if (!opened.has(room)) throw new Error('touched a room that was not opened')
      touches.push({ room, revision, strokes })
    },
    attend: (room, attention, patches = false) => void attentions.push({ room, attention, patches }),
    want: (room) => void wants.push(room),
    setFinished: (room, patches) => void finished.set(room, patches),
    // What is pressed left of the middle of the page of `testImages` is a region.
    finish(room, { x }) {
      if (!isReady) return Promise.reject(new Error('there is no colorist'))
      const isAlready = finished.get(room)?.some((patch) => (patch as { x?: number }).x === x)
      if (isAlready) return Promise.resolve('finished-already')
      return Promise.resolve(x < 8 * 320 ? patchOf(x) : 'no-region')
    },
    forget: (room) => void opened.delete(room),
    whole: (room, stage) => Promise.resolve(void wholes.push(`${room} ${stage}`)),
    layer: () =>
      Promise.resolve({
        revision: 1,
        width: 2,
        height: 2,
        rgb: new Uint8Array(12),
        flats: { width: 2, height: 2, rgb: new Uint8Array(12) },
      }),
    making: () => Promise.resolve({ frames: [], last: { width: 2, height: 2, rgb: new Uint8Array(12) } }),
    once: () => {
      const layer = { width: 2, height: 2, rgb: new Uint8Array(12) }
      return Promise.resolve({ ...layer, flats: layer })
    },
    past: () => Promise.resolve({ width: 2, height: 2, rgb: new Uint8Array(12) }),
    close: () => Promise.resolve(),
  }
  return {
    touches,
    attentions,
    wants,
    wholes,
    /** What each room was last told to be finished. */
    finished,
    open(given: ColoringEvents): Promise<Coloring> {
      events = given
      return Promise.resolve(coloring)
    },
    frame(room: string, revision: number, stage: Stage, bytes = Uint8Array.of(revision & 255)) {
      events!.frame(room, { revision, stage, width: 32, height: 32, ms: 1, engine: 'test' }, bytes)
    },
    patch(room: string, revision: number, stage: Stage) {
      const patch = { x: 0, y: 0, width: 2, height: 2 }
      const header = { revision, stage, width: 32, height: 32, ms: 1, engine: 'test', patch }
      events!.frame(room, header, Uint8Array.of(revision & 255))
    },
    /** As if there were no colorist, or one again. */
    ready(is: boolean) {
      isReady = is
    },
    status(room: string, state: 'idle' | 'draft' | 'refine' | 'down', revision: number) {
      events!.status(room, { state, revision })
    },
  }
}

/** Takes every upload as a page of 640 x 480. */
export const testImages = (): Images => ({
  lineArt: (bytes) => Promise.resolve({ width: 640, height: 480, png: Uint8Array.from(bytes) }),
  sketch: (bytes) => Promise.resolve({ width: 640, height: 480, png: Uint8Array.from(bytes) }),
  hints: (bytes) => Promise.resolve({ png: Uint8Array.from(bytes) }),
  palette: (bytes) => Promise.resolve([...bytes]),
  composite: ({ png }) => Promise.resolve(Uint8Array.from(png)),
  color: ({ png }) => Promise.resolve(Uint8Array.from(png)),
  picture: (_line, _colors, _look, side) => Promise.resolve(Uint8Array.of(side & 255)),
  importedRoom: async (...file) => unpackedRoom(await importedRoom(...file)),
  close: () => Promise.resolve(),
})

export type TestServer = RunningApp & {
  coloring: ReturnType<typeof testColoring>
  folder: string
  /** Starts again over the same data. */
  restart(): Promise<void>
  /** Closes and removes the data. */
  end(): Promise<void>
}

export async function startServer(
  settings: Record<string, string> = {},
  parts: Partial<Parts> = {},
  log: Log = openLog('silent'),
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nurie-'))
  const environment = { PORT: '0', NURIE_DATA: folder, NURIE_LOG: 'silent', ...settings }
  const open = async () => {
    const coloring = testColoring()
    const app = await openApp(
      readConfig(environment),
      { version: '0', openColoring: coloring.open, openImages: testImages, ...parts },
      log,
    )
    let closed: Promise<void> | undefined
    // A test may have closed it already.
    return { coloring, ...app, close: () => (closed ??= app.close()) }
  }
  const server: TestServer = {
    ...(await open()),
    folder,
    async restart() {
      await server.close()
      Object.assign(server, await open())
    },
    async end() {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return server
}

export type Problem = { title: string; status: number; code: string; detail: string }

export function post(
  server: { url: string },
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

export type TestRoom = { room: string; width: number; height: number; keys: Record<Role, string> }
export type TestSession = {
  room: string
  token: string
  role: Role
  guest: Omit<Guest, 'role'>
  page: PageInfo
}

export async function createRoom(server: { url: string }, sample = 'cats'): Promise<TestRoom> {
  return (await (await post(server, '/api/rooms', { sample })).json()) as TestRoom
}

export async function enter(
  server: { url: string },
  { room, keys }: TestRoom,
  role: Role = 'edit',
  more: { name?: string; previous?: string } = {},
): Promise<TestSession> {
  const answer = await post(server, `/api/rooms/${room}/sessions`, { key: keys[role], ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return { room, ...((await answer.json()) as Omit<TestSession, 'room'>) }
}

/** A call of somebody who is in a room; `path` is what follows the room's own address. */
export const call = (
  server: { url: string },
  { room, token }: TestSession,
  method: string,
  path: string,
  body?: unknown,
) =>
  fetch(`${server.url}/api/rooms/${room}${path && `/${path}`}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

/** The status of an answer, with the code of a refusal. */
export async function codeOf(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer
  if (response.ok) return String(response.status)
  return `${response.status} ${((await response.json()) as Problem).code}`
}

export const get = (server: { url: string }, session: TestSession, path: string) =>
  fetch(`${server.url}/api/rooms/${session.room}/${path}`, {
    headers: { authorization: `Bearer ${session.token}` },
  })

/** Remembers everything and lets a test wait for something that may have been already. */
function openInbox<Entry>() {
  const all: Entry[] = []
  const waiting = new Set<() => void>()
  return {
    all,
    put(entry: Entry) {
      all.push(entry)
      for (const look of waiting) look()
    },
    until(test: (entry: Entry) => boolean): Promise<Entry> {
      return new Promise((resolve) => {
        const look = () => {
          const found = all.find(test)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
    },
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Event = { event: string; args: any[] }

/** A stock socket.io client. */
export function connectSocket(
  server: { url: string },
  session: Pick<TestSession, 'room' | 'token'>,
  extra = {},
) {
  const inbox = openInbox<Event>()
  const socket: Socket = io(server.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { room: session.room, token: session.token },
    ...extra,
  })
  socket.onAny((event: string, ...args: unknown[]) => inbox.put({ event, args }))
  for (const event of ['connect_error', 'disconnect']) {
    socket.on(event, (...args: unknown[]) => inbox.put({ event, args }))
  }
  return {
    socket,
    events: inbox.all,
    /** The first argument of the first such event, also of one that came before. */
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    async until(event: string, test: (...args: any[]) => boolean = () => true): Promise<any> {
      return (await inbox.until((entry) => entry.event === event && test(...(entry.args as unknown[]))))
        .args[0]
    },
    count: (event: string) => inbox.all.filter((entry) => entry.event === event).length,
    close: () => void socket.disconnect(),
  }
}

/** A stock y-websocket client. */
export function connectYjs(
  server: { url: string },
  session: Pick<TestSession, 'room' | 'token'>,
  doc = new Y.Doc(),
) {
  const closes = openInbox<{ code: number; reason: string }>()
  const provider = new WebsocketProvider(`${server.url.replace('http', 'ws')}/yjs`, session.room, doc, {
    // The types want a browser's.
    WebSocketPolyfill: WebSocket as never,
    protocols: ['nurie', session.token],
    disableBc: true,
  })
  provider.on('connection-close', (event) => {
    if (event) closes.put({ code: event.code, reason: event.reason })
  })
  const strokes = doc.getArray<{ id: string }>('strokes')
  return {
    doc,
    provider,
    strokes,
    ids: () => strokes.toArray().map((stroke) => stroke.id),
    synced: () =>
      new Promise<void>((resolve) => {
        if (provider.synced) resolve()
        else provider.once('sync', () => resolve())
      }),
    closed: () => closes.until(() => true),
    /** Resolves when the document passes the test. */
    until: (test: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!test()) return
          doc.off('update', look)
          resolve()
        }
        doc.on('update', look)
        look()
      }),
    /** Paints a short stroke. */
    paint(id: string, by: string, color = 0xff0000) {
      addStroke(doc, strokeOf(id, by, { color }))
    },
    close() {
      provider.destroy()
    },
  }
}

export const strokeOf = (id: string, by: string, more: { color?: number; count?: number } = {}) =>
  packStroke({
    id,
    by,
    tool: 'brush',
    color: more.color ?? 0xff0000,
    width: 64,
    points: Array.from({ length: 3 * (more.count ?? 2) }, (_, i) => (i % 3 === 2 ? 255 : 800 + i)),
  })

/** A bare WebSocket on the Yjs channel, to say what no honest client would. */
export function connectRaw(url: string, protocols: string[], options: WebSocket.ClientOptions = {}) {
  const socket = new WebSocket(url.replace('http', 'ws'), protocols, options)
  const messages = openInbox<Uint8Array>()
  socket.on('message', (data: Buffer) => messages.put(new Uint8Array(data)))
  socket.on('error', () => {})
  return {
    socket,
    messages,
    opened: new Promise<void>((resolve) => socket.once('open', resolve)),
    closed: new Promise<number>((resolve) => socket.once('close', resolve)),
    /** The HTTP status of a refused upgrade. */
    status: new Promise<number>((resolve) =>
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0)),
    ),
  }
}

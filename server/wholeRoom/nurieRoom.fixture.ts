/** A room in which everything happened that a .nurie file tells of, on a running server, through its interfaces. */
import { expect } from 'vitest'
import * as Y from 'yjs'
import { addStroke, packStroke, pageOf, paletteOf, removeStrokes } from '../../shared/strokes.ts'
import { connectYjs, createRoom, enter, get, type TestRoom, type TestSession } from '../app.fixture.ts'

type Server = { url: string }

export const send = (server: Server, session: TestSession, method: string, path: string, body?: unknown) =>
  fetch(`${server.url}/api/rooms/${session.room}${path && `/${path}`}`, {
    method,
    headers: {
      authorization: `Bearer ${session.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

export async function answer<T>(promise: Promise<Response>, status = 200): Promise<T> {
  const response = await promise
  const text = await response.text()
  expect(response.status, text).toBe(status)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export const bring = (server: Server, bytes: Uint8Array, type = 'application/vnd.nurie') =>
  fetch(`${server.url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: Buffer.from(bytes),
  })

export async function exported(server: Server, session: TestSession, format = 'nurie'): Promise<Uint8Array> {
  const response = await get(server, session, `export?format=${format}`)
  expect(response.status, response.ok ? '' : await response.clone().text()).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}

/** A stock client; `done` resolves when the server has what it painted on disk, for another client sees it. */
export async function painter(server: Server, session: TestSession) {
  const client = connectYjs(server, session)
  await client.synced()
  return {
    ...client,
    brush: (id: string, x: number, y: number, more: { color?: number; swatch?: string } = {}) =>
      addStroke(
        client.doc,
        packStroke({
          id,
          by: session.guest.id,
          tool: 'brush',
          color: more.color ?? 0x3366cc,
          ...(more.swatch && { swatch: more.swatch }),
          width: 80,
          points: [8 * x, 8 * y, 255, 8 * x + 40, 8 * y + 24, 90],
        }),
      ),
    async done() {
      const eyes = connectYjs(server, session)
      await eyes.synced()
      const here = Y.encodeStateVector(client.doc)
      await eyes.until(
        () =>
          Y.encodeStateAsUpdate(client.doc, Y.encodeStateVector(eyes.doc)).length <= 2 ||
          same(eyes.doc, here),
      )
      eyes.close()
    },
  }
}

/** Whether a document has everything a state vector tells of. */
function same(doc: Y.Doc, vector: Uint8Array): boolean {
  const state = Y.decodeStateVector(Y.encodeStateVector(doc))
  return [...Y.decodeStateVector(vector)].every(([client, clock]) => (state.get(client) ?? 0) >= clock)
}

export type Lived = { room: TestRoom; host: TestSession; ann: TestSession; viewer: TestSession }

/** On a page of 400 pixels or more a side. */
export async function livedRoom(server: Server, line?: Uint8Array): Promise<Lived> {
  const room = line ? await answer<TestRoom>(bring(server, line, 'image/png'), 201) : await createRoom(server)
  const host = await enter(server, room, 'host', { name: 'Hana' })
  const ann = await enter(server, room, 'edit', { name: 'Ann <b>' })
  const viewer = await enter(server, room, 'view', { name: 'Vera' })
  const [h, a] = [await painter(server, host), await painter(server, ann)]
  paletteOf(h.doc).set('sky', { name: 'Sky', color: 0x88bbee })
  paletteOf(h.doc).set('old', { name: 'Old rose', color: 0xcc8899 })
  h.brush('h1', 80, 80, { swatch: 'sky' })
  await h.done()
  a.brush('a1', 190, 130, { swatch: 'old' })
  a.brush('a2', 170, 170, { color: 0x20a040 })
  await a.done()
  await answer(send(server, ann, 'POST', 'versions', { name: 'Before the sky' }), 201)
  a.brush('gone', 30, 30)
  await a.done()
  removeStrokes(a.doc, new Set(['gone']))
  addStroke(
    a.doc,
    packStroke({ id: 'e1', by: ann.guest.id, tool: 'erase', color: 0, width: 80, points: [1500, 1000, 200] }),
  )
  addStroke(
    a.doc,
    packStroke({
      id: 'f1',
      by: ann.guest.id,
      tool: 'fill',
      color: 0xf0c030,
      width: 16,
      points: [2000, 240, 255],
    }),
  )
  await a.done()
  paletteOf(h.doc).set('old', { name: 'Old rose', color: 0xcc8899, removed: true })
  paletteOf(h.doc).set('sky', { name: 'Evening sky', color: 0xee9966 })
  pageOf(h.doc).set('saturation', 1.25)
  await h.done()
  await answer(send(server, host, 'PATCH', '', { title: '二匹の猫 & friends' }))
  const comment = await answer<{ id: string }>(
    send(server, ann, 'POST', 'comments', { text: 'Whiskers?\nlighter, please', x: 1000, y: 750 }),
    201,
  )
  await answer(send(server, host, 'POST', 'comments', { text: 'Done.', on: comment.id }), 201)
  await answer(send(server, host, 'PATCH', `comments/${comment.id}`, { resolved: true }))
  h.close()
  a.close()
  return { room, host, ann, viewer }
}

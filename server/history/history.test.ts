/** The history of a room over HTTP, with stock clients that paint. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { limits } from '../../shared/limits.ts'
import { decodeMaking } from '../../shared/making.ts'
import { pageOf, paletteOf, strokesOf } from '../../shared/strokes.ts'
import {
  call,
  codeOf,
  connectYjs,
  createRoom,
  enter,
  get,
  post,
  startServer,
  strokeOf,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'
import { contentOf } from './content.ts'

let server: TestServer
let room: TestRoom
let host: TestSession
let ann: TestSession
let viewer: TestSession

beforeAll(async () => {
  server = await startServer()
  // Pictures are not waited for.
  server.coloring.ready(false)
})
afterAll(() => server.end())
beforeEach(async () => {
  room = await createRoom(server)
  host = await enter(server, room, 'host', { name: 'Hana' })
  ann = await enter(server, room, 'edit', { name: 'Ann' })
  viewer = await enter(server, room, 'view')
})

type Version = {
  id: string
  kind: string
  name: string
  guest: string
  at: number
  strokes: number
  thumbnail: string
}

const send = (who: TestSession, method: string, path: string, body?: unknown) =>
  call(server, who, method, path, body)
const answer = async <T>(promise: Promise<Response>, status = 200): Promise<T> => {
  const response = await promise
  const text = await response.text()
  expect(response.status, text).toBe(status)
  return JSON.parse(text) as T
}
const name = (session: TestSession, text: string) =>
  answer<Version>(send(session, 'POST', 'versions', { name: text }), 201)
const list = () => answer<Version[]>(get(server, viewer, 'versions'))

/** A stock client that is in step. */
async function painter(session: TestSession) {
  const client = connectYjs(server, session)
  await client.synced()
  return { ...client, own: (id: string, color?: number) => client.paint(id, session.guest.id, color) }
}

/** Waits until the server has what a client painted on disk: another client sees it. */
async function seen(...ids: string[]) {
  const eyes = await painter(viewer)
  await eyes.until(() => ids.every((id) => eyes.ids().includes(id)))
  const found = eyes.ids()
  eyes.close()
  return found
}

describe('versions', () => {
  it('T1 are kept by those who paint, and listed, newest first, for everybody', async () => {
    const a = await painter(ann)
    a.own('one')
    await seen('one')
    const before = Date.now()
    const first = await name(ann, '  Blue   dress ')
    expect(first).toMatchObject({ kind: 'named', name: 'Blue dress', guest: ann.guest.id, strokes: 1 })
    expect(first.at).toBeGreaterThanOrEqual(before)
    a.own('two')
    await seen('two')
    const second = await answer<Version>(send(host, 'POST', 'versions'), 201)
    expect(second).toMatchObject({ name: '', guest: host.guest.id, strokes: 2 })
    expect(await codeOf(send(viewer, 'POST', 'versions', {}))).toBe('403 role-too-low')
    expect(await list()).toEqual([second, first])
    await server.restart()
    server.coloring.ready(false)
    expect(await list()).toEqual([second, first])
    a.close()
  })

  it('T1 have pictures, small and large, for everybody in the room and nobody else', async () => {
    const { thumbnail, id } = await name(ann, 'x')
    const picture = await fetch(server.url + thumbnail, {
      headers: { authorization: `Bearer ${viewer.token}` },
    })
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect(picture.headers.get('cache-control')).toContain('private')
    const large = await get(server, viewer, `versions/${id}/preview`)
    expect([large.status, large.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect((await get(server, viewer, 'preview')).headers.get('content-type')).toBe('image/webp')
    expect(await codeOf(fetch(server.url + thumbnail))).toBe('401 no-token')
    const other = await enter(server, await createRoom(server))
    expect(await codeOf(get(server, other, `versions/${id}/thumbnail`))).toBe('404 version-not-found')
    expect(await codeOf(get(server, other, `versions/${id}/preview`))).toBe('404 version-not-found')
    for (const path of ['preview', 'thumbnail'])
      expect(await codeOf(get(server, ann, `versions/nothing/${path}`))).toBe('404 version-not-found')
    expect(await codeOf(send(host, 'POST', 'versions/nothing/restore'))).toBe('404 version-not-found')
    expect(await codeOf(send(host, 'DELETE', 'versions/nothing'))).toBe('404 version-not-found')
    expect(await codeOf(send(host, 'PATCH', 'versions/nothing', { name: 'x' }))).toBe('404 version-not-found')
  })

  it('T1 are renamed by who made them and by hosts, and removed by hosts', async () => {
    const { id } = await name(host, 'mine')
    expect(await codeOf(send(ann, 'PATCH', `versions/${id}`, { name: 'hers' }))).toBe('403 role-too-low')
    expect(await answer(send(host, 'PATCH', `versions/${id}`, { name: 'a\u0000b\u202e' }))).toMatchObject({
      name: 'a b',
    })
    const own = await name(ann, 'first try')
    expect(await answer(send(ann, 'PATCH', `versions/${own.id}`, { name: 'better' }))).toMatchObject({
      name: 'better',
    })
    expect(await codeOf(send(ann, 'DELETE', `versions/${own.id}`))).toBe('403 role-too-low')
    expect((await send(host, 'DELETE', `versions/${own.id}`)).status).toBe(204)
    expect((await list()).map((version) => version.name)).toEqual(['a b'])
  })

  it('T3 people keep up to 100, and are told when that many are there', async () => {
    for (let i = 1; i < limits.versions; i++) await name(ann, `${i}`)
    const last = await name(ann, 'the last')
    expect(await codeOf(send(ann, 'POST', 'versions', { name: 'one too many' }))).toBe(
      '409 too-many-versions',
    )
    expect(await list()).toHaveLength(limits.versions)
    await send(host, 'DELETE', `versions/${last.id}`)
    await name(ann, 'again')
  })

  it('T1 refuses what is no name', async () => {
    expect(await codeOf(send(ann, 'POST', 'versions', { name: 7 }))).toBe('400 bad-request')
    expect(await codeOf(send(ann, 'POST', 'versions', { name: 'x'.repeat(2000) }))).toBe('400 bad-request')
    const { name: long } = await name(ann, '猫'.repeat(500))
    expect([...long]).toHaveLength(limits.versionName)
  })
})

describe('restore', () => {
  it('T5 T7 makes the page what it was, for everybody, and restoring what was kept before takes it back', async () => {
    const a = await painter(ann)
    a.own('one')
    a.own('two')
    a.doc.transact(() => {
      pageOf(a.doc).set('title', 'Then')
      paletteOf(a.doc).set('sky', { name: 'Sky', color: 0x79bdea })
    })
    await seen('one', 'two')
    const then = contentOf(a.doc)
    const { id } = await name(ann, 'then')
    a.doc.transact(() => {
      strokesOf(a.doc).delete(0, 1)
      pageOf(a.doc).set('title', 'Now')
      paletteOf(a.doc).delete('sky')
    })
    a.own('three')
    await seen('three')
    const now = contentOf(a.doc)

    const { before, strokes } = await answer<{ before: string; strokes: number }>(
      send(host, 'POST', `versions/${id}/restore`),
    )
    expect(strokes).toBe(2)
    await a.until(() => a.ids().join() === 'one,two')
    expect(contentOf(a.doc)).toEqual(then)
    expect((await list())[0]).toMatchObject({
      id: before,
      kind: 'before-restore',
      name: 'then',
      guest: host.guest.id,
    })

    await answer(send(host, 'POST', `versions/${before}/restore`))
    await a.until(() => a.ids().join() === 'two,three')
    expect(contentOf(a.doc)).toEqual(now)
    // Whose a stroke is did not change: its author takes it back.
    strokesOf(a.doc).delete(0, 1)
    a.own('four')
    expect(await seen('four')).toEqual(['three', 'four'])
    await server.restart()
    server.coloring.ready(false)
    expect(await seen()).toEqual(['three', 'four'])
    a.close()
  })

  it('T6 strokes that are drawn meanwhile are not lost', async () => {
    const a = await painter(ann)
    a.own('old')
    await seen('old')
    const { id } = await name(ann, '')
    const drawn: string[] = []
    const draw = async () => {
      drawn.push(`new${drawn.length}`)
      a.own(drawn.at(-1)!)
      await get(server, viewer, 'strokes')
    }
    await draw()
    let isRestored = false
    const restoring = answer<{ before: string }>(send(host, 'POST', `versions/${id}/restore`)).finally(
      () => (isRestored = true),
    )
    while (!isRestored) await draw()
    const { before } = await restoring
    await draw()
    const left = await seen(drawn.at(-1)!)
    await answer(send(host, 'POST', `versions/${before}/restore`))
    const back = await seen('old', 'new0')
    // Each is on the page, or in what was kept before.
    expect(drawn.filter((stroke) => !left.includes(stroke) && !back.includes(stroke))).toEqual([])
    expect(left[0]).toBe('old')
    expect(left).not.toContain('new0')
    a.close()
  })

  it('T8 only hosts restore and undo', async () => {
    const { id } = await name(ann, '')
    for (const session of [ann, viewer]) {
      expect(await codeOf(send(session, 'POST', `versions/${id}/restore`))).toBe('403 role-too-low')
      expect(await codeOf(send(session, 'POST', `guests/${ann.guest.id}/undo`))).toBe('403 role-too-low')
    }
    expect(await codeOf(post(server, `/api/rooms/${room.room}/versions/${id}/restore`, {}))).toBe(
      '401 no-token',
    )
    // On a locked page too: a lock keeps the guests' painting out.
    await send(host, 'PATCH', '', { locked: true })
    await answer(send(host, 'POST', `versions/${id}/restore`))
  })
})

describe('undo of a guest', () => {
  it('T9 T7 takes away exactly what they painted since a moment, and can be taken back', async () => {
    const ben = await enter(server, room, 'edit', { name: 'Ben' })
    const [a, b] = [await painter(ann), await painter(ben)]
    b.own('ben early')
    a.own('ann early')
    await seen('ben early', 'ann early')
    const times = await answer<{ id: string; at: number }[]>(get(server, viewer, 'strokes'))
    const early = Math.max(...times.map(({ at }) => at))
    // The next millisecond comes by itself.
    while (Date.now() <= early) await new Promise((resolve) => setImmediate(resolve))
    b.own('ben late')
    b.own('ben later')
    a.own('ann late')
    await seen('ben later', 'ann late')

    const painted = await answer<{ at: number }[]>(get(server, viewer, 'strokes'))
    const late = Math.max(...painted.map(({ at }) => at))
    while (Date.now() <= late) await new Promise((resolve) => setImmediate(resolve))

    const undo = await answer<{ removed: number; before: string }>(
      send(host, 'POST', `guests/${ben.guest.id}/undo`, { since: early + 1 }),
    )
    expect(undo.removed).toBe(2)
    expect((await seen()).sort()).toEqual(['ann early', 'ann late', 'ben early'])
    expect((await list())[0]).toMatchObject({ id: undo.before, kind: 'before-undo' })
    await answer(send(host, 'POST', `versions/${undo.before}/restore`))
    expect(await seen()).toHaveLength(5)
    // What the server brought back was painted when it was painted: before the restore.
    expect(await answer(send(host, 'POST', `guests/${ben.guest.id}/undo`, { since: late + 1 }))).toEqual({
      removed: 0,
    })
    const iso = new Date(early + 1).toISOString()
    expect(await answer(send(host, 'POST', `guests/${ben.guest.id}/undo`, { since: iso }))).toMatchObject({
      removed: 2,
    })
    expect(await answer(send(host, 'POST', `guests/${ben.guest.id}/undo`))).toMatchObject({ removed: 1 })
    expect((await seen()).sort()).toEqual(['ann early', 'ann late'])
    // Nothing to undo: nothing is kept.
    const count = (await list()).length
    expect(
      await answer(send(host, 'POST', `guests/${ann.guest.id}/undo`, { since: Date.now() + 1e6 })),
    ).toEqual({
      removed: 0,
    })
    expect(await list()).toHaveLength(count)
    a.close()
    b.close()
  })

  it('T9 another’s stroke of the same id stays', async () => {
    const ben = await enter(server, room, 'edit')
    const [a, b] = [await painter(ann), await painter(ben)]
    a.own('same')
    await seen('same')
    strokesOf(b.doc).push([strokeOf('same', ben.guest.id, { color: 0x00ff00 })])
    b.own('other')
    await seen('other')
    expect(await answer(send(host, 'POST', `guests/${ben.guest.id}/undo`, {}))).toMatchObject({ removed: 2 })
    await a.until(() => a.ids().length === 1)
    expect(contentOf(a.doc).strokes).toMatchObject([{ id: 'same', by: ann.guest.id }])
    a.close()
    b.close()
  })

  it('T9 refuses an unknown guest and what is no moment', async () => {
    expect(await codeOf(send(host, 'POST', 'guests/nobody/undo'))).toBe('404 guest-not-found')
    for (const since of ['yesterday', -1, 1.5, null])
      expect(await codeOf(send(host, 'POST', `guests/${ann.guest.id}/undo`, { since }))).toBe(
        '400 bad-request',
      )
  })
})

describe('the making of a page', () => {
  it('T10 tells who painted each stroke and when it came', async () => {
    const a = await painter(ann)
    const before = Date.now()
    a.own('one')
    await seen('one')
    const strokes = await answer<{ id: string; by: string; at: number }[]>(get(server, viewer, 'strokes'))
    expect(strokes).toEqual([{ id: 'one', by: ann.guest.id, at: expect.any(Number) as number }])
    expect(strokes[0]!.at).toBeGreaterThanOrEqual(before)
    a.own('two')
    await seen('two')
    const ids = (await answer<{ id: string }[]>(get(server, viewer, 'strokes'))).map(({ id }) => id)
    expect(ids).toEqual(['one', 'two'])
    a.close()
  })

  it('T11 is replayed from the log: what was taken back too, in its order, up to the page of today', async () => {
    const a = await painter(ann)
    for (const id of ['one', 'two', 'three']) a.own(id)
    await seen('three')
    strokesOf(a.doc).delete(1, 1)
    a.own('four')
    await seen('four')
    const bytes = new Uint8Array(await (await get(server, viewer, 'replay')).arrayBuffer())
    const { base, steps } = decodeMaking(bytes)
    expect(base).toBeUndefined()
    const doc = new Y.Doc()
    const shown = steps.map((step) => {
      Y.applyUpdate(doc, step.bytes)
      return contentOf(doc)
        .strokes.map(({ id }) => id)
        .join()
    })
    expect(shown).toContain('one,two,three')
    expect(shown.at(-1)).toBe('one,three,four')
    const times = steps.map(({ at }) => at)
    expect(times).toEqual([...times].sort((x, y) => x - y))
    expect(await codeOf(get(server, { ...viewer, token: 'x' }, 'replay'))).toBe('401 bad-token')
    a.close()
  })
})

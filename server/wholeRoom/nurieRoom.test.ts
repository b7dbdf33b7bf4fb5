/** A room out into a .nurie file and in again, on the real server with real networks and the real image process. */
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { decodeNurie } from '../../files/nurieFile.ts'
import { unzip } from '../../files/unzip.ts'
import { decodeMaking } from '../../shared/making.ts'
import { decodeHints } from '../../files/image.ts'
import {
  connectYjs,
  enter,
  get,
  startServer,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'
import { openColoring } from '../coloring/coloring.ts'
import { openImages } from '../images/images.ts'
import { contentOf } from '../history/content.ts'
import { answer, bring, exported, livedRoom, send, type Lived } from './nurieRoom.fixture.ts'

const log = { info: () => {}, warn: () => {} }
let server: TestServer
let lived: Lived
let file: Uint8Array
let room: TestRoom
let host: TestSession

beforeAll(async () => {
  server = await startServer(
    {},
    {
      openColoring: (events) => openColoring({ events, log, threads: 2 }),
      openImages: () => openImages({ log }),
    },
  )
  const sample = new URL('../samples/cats.png', import.meta.url)
  lived = await livedRoom(
    server,
    await sharp(await readFile(sample))
      .resize(400)
      .png()
      .toBuffer(),
  )
  // The first place that is not on a line.
  let finished: Response | undefined
  for (let x = 160; finished?.status !== 201; x += 3)
    finished = await send(server, lived.ann, 'POST', 'finished', { x: 8 * x, y: 8 * 170, gap: 0 })
  // Colored anew, as the other one will be: what was refined step by step may differ by a hair.
  await server.restart()
  file = await exported(server, lived.viewer)
  room = await answer(bring(server, file), 201)
  host = await enter(server, room, 'host', { name: 'Ivo' })
}, 60_000)
afterAll(() => server.end())

const json = <T>(session: TestSession, path: string) => answer<T>(get(server, session, path))
const bytes = async (session: TestSession, path: string) =>
  new Uint8Array(await (await get(server, session, path)).arrayBuffer())

type Guest = { id: string; name: string; color: string }
/** The same with names for ids of guests, and no other ids: those are another room's. */
async function named(session: TestSession, value: unknown): Promise<unknown> {
  const guests = await json<Guest[]>(session, 'guests')
  const names = new Map(guests.map(({ id, name }) => [id, name]))
  return JSON.parse(JSON.stringify(value), (key, each: unknown) => {
    if (key === 'by' || key === 'guest') return names.get(each as string) ?? each
    return key === 'id' || key === 'on' || key === 'thumbnail' ? typeof each : each
  })
}
async function contentIn(session: TestSession) {
  const eyes = connectYjs(server, session)
  await eyes.synced()
  const content = contentOf(eyes.doc)
  eyes.close()
  return content
}

it('I1 everything of a room comes back: line art, page, title, versions, finished regions, comments, guests', async () => {
  const { viewer } = lived
  expect(Buffer.compare(await bytes(host, 'line.png'), await bytes(viewer, 'line.png'))).toBe(0)
  const [before, after] = [await contentIn(viewer), await contentIn(host)]
  expect(before.strokes.map(({ id }) => id)).toEqual(['h1', 'a1', 'a2', 'e1', 'f1'])
  expect(after.strokes.map(({ by: _, ...stroke }) => stroke)).toEqual(
    before.strokes.map(({ by: _, ...stroke }) => stroke),
  )
  expect(after).toMatchObject({ page: before.page, palette: before.palette })
  expect(after.palette['old']).toEqual({ name: 'Old rose', color: 0xcc8899, removed: true })
  for (const path of ['strokes', 'comments', 'finished', 'versions'])
    expect(await named(host, await json(host, path)), path).toEqual(
      await named(viewer, await json(viewer, path)),
    )
  expect(await json(host, 'versions')).toMatchObject([{ name: 'Before the sky', strokes: 3 }])
  const told = async (session: TestSession) =>
    (await json<Guest[]>(session, 'guests')).map(({ name, color }) => `${name} ${color}`).sort()
  const isOther = (guest: string) => !/^(Ivo|Vera) /.test(guest)
  expect((await told(host)).filter(isOther)).toEqual((await told(viewer)).filter(isOther))
  expect(await told(host)).toHaveLength(3)
  const again = await enter(server, room, 'view')
  expect(again.page).toMatchObject({ title: '二匹の猫 & friends', locked: false })
})

it('I1 the pictures of both rooms are equal, pixel by pixel, finished regions and versions among them', async () => {
  const [was, is] = [await exported(server, lived.viewer, 'png'), await exported(server, host, 'png')]
  const [one, other] = [await decodeHints(was), await decodeHints(is)]
  // Told by a number: a list of pixels would take minutes to print.
  expect(Buffer.compare(one.rgba, other.rgba)).toBe(0)
  type Listed = { id: string }[]
  const ids = async (path: string) =>
    Promise.all([lived.viewer, host].map(async (session) => (await json<Listed>(session, path))[0]!.id))
  for (const colors of ['refined', 'flats']) {
    const [a, b] = await ids('finished')
    const pictures = await Promise.all([
      decodeHints(await bytes(lived.viewer, `finished/${a}/picture?colors=${colors}`)),
      decodeHints(await bytes(host, `finished/${b}/picture?colors=${colors}`)),
    ])
    expect(pictures[1]).toEqual(pictures[0])
  }
  const [a, b] = await ids('versions')
  const previews = [
    await bytes(lived.viewer, `versions/${a}/preview`),
    await bytes(host, `versions/${b}/preview`),
  ]
  expect(Buffer.compare(previews[0]!, previews[1]!)).toBe(0)
  expect((await bytes(host, `versions/${b}/thumbnail`)).length).toBeGreaterThan(500)
}, 60_000)

it('I5 replay, who painted what, a host’s undo and a restore work on the page as if it had been made here', async () => {
  const playedBack = async (session: TestSession) => {
    const { base, steps } = decodeMaking(await bytes(session, 'replay'))
    const doc = new Y.Doc()
    if (base) Y.applyUpdate(doc, base)
    return steps.map(({ at, bytes }) => {
      Y.applyUpdate(doc, bytes)
      const { strokes, page, palette } = contentOf(doc)
      return { at, strokes: strokes.map(({ id }) => id), page, palette }
    })
  }
  expect(await playedBack(host)).toEqual(await playedBack(lived.viewer))

  const ann = (await json<Guest[]>(host, 'guests')).find(({ name }) => name === 'Ann <b>')!
  const { removed, before } = await answer<{ removed: number; before: string }>(
    send(server, host, 'POST', `guests/${ann.id}/undo`, {}),
  )
  expect(removed).toBe(4)
  expect((await contentIn(host)).strokes.map(({ id }) => id)).toEqual(['h1'])
  await answer(send(server, host, 'POST', `versions/${before}/restore`))
  expect((await contentIn(host)).strokes.map(({ id }) => id)).toEqual(['h1', 'a1', 'a2', 'e1', 'f1'])
  const named = (await json<{ id: string; name: string }[]>(host, 'versions')).find(
    ({ name }) => name === 'Before the sky',
  )!
  await answer(send(server, host, 'POST', `versions/${named.id}/restore`))
  const then = await contentIn(host)
  expect(then.strokes.map(({ id }) => id)).toEqual(['h1', 'a1', 'a2'])
  expect(then.palette['sky']).toEqual({ name: 'Sky', color: 0x88bbee })
  // All of it is the new room's alone.
  expect((await contentIn(lived.viewer)).strokes).toHaveLength(5)
})

it('I3 a file holds no key, no token and no address, and whoever brings it is host of a new room with new keys', () => {
  const parts = unzip(file, () => true, { entries: 100, bytes: 1e8 })
  const text = [...parts.values()].map((each) => Buffer.from(each).toString('latin1')).join('\n')
  const secrets = [lived.host, lived.ann, lived.viewer].map(({ token }) => token)
  for (const secret of [...secrets, ...Object.values(lived.room.keys), lived.room.room, '127.0.0.1', 'Vera'])
    expect(text).not.toContain(secret)
  expect([...parts.keys()].slice(0, 3)).toEqual(['mimetype', 'nurie.json', 'thumbnail.webp'])
  expect(room.room).not.toBe(lived.room.room)
  expect(Object.values(room.keys).filter((key) => Object.values(lived.room.keys).includes(key))).toEqual([])
  expect(decodeNurie(file)).toMatchObject({ title: '二匹の猫 & friends', nurie: '0' })
})

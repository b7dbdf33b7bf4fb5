/** Comments over HTTP and sockets. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { limits } from '../../shared/limits.ts'
import type { CommentChange, PageComment } from '../../shared/protocol.ts'
import {
  call,
  codeOf,
  connectSocket,
  createRoom,
  enter,
  get,
  startServer,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'

let server: TestServer
let room: TestRoom
let host: TestSession
let ann: TestSession
let bob: TestSession
let viewer: TestSession
let use = { used: 0.1, freeBytes: 0 }
const sockets: { close(): void }[] = []

beforeAll(async () => {
  const parts = { measureDisk: () => Promise.resolve(use), diskEveryMs: 5 }
  server = await startServer({ NURIE_LIMIT_ROOMS_PER_HOUR: '100' }, parts)
})
afterAll(() => server.end())
beforeEach(async () => {
  room = await createRoom(server)
  host = await enter(server, room, 'host', { name: 'Hana' })
  ann = await enter(server, room, 'edit', { name: 'Ann' })
  bob = await enter(server, room, 'edit', { name: 'Bob' })
  viewer = await enter(server, room, 'view')
})
afterEach(() => sockets.splice(0).forEach((socket) => socket.close()))

const send = (who: TestSession, method: string, path: string, body?: unknown) =>
  call(server, who, method, path, body)
async function write(who: TestSession, text: string, more: object = { x: 800, y: 80 }): Promise<PageComment> {
  const answer = await send(who, 'POST', 'comments', { text, ...more })
  expect(answer.status).toBe(201)
  return (await answer.json()) as PageComment
}
const change = (who: TestSession, { id }: PageComment, body: object) =>
  send(who, 'PATCH', `comments/${id}`, body)
const remove = (who: TestSession, { id }: PageComment) => codeOf(send(who, 'DELETE', `comments/${id}`))
const list = async () =>
  (await (await get(server, viewer, 'comments')).json()) as { version: number; comments: PageComment[] }

it('M6 who paints comments on a place and answers; their own they change and delete, everybody resolves, a host deletes any', async () => {
  const comment = await write(ann, 'Darker here?')
  expect(comment).toMatchObject({ by: ann.guest.id, on: null, x: 800, y: 80, edited: false, resolved: false })
  const answer = await write(bob, 'Yes.', { on: comment.id })
  expect(answer).toMatchObject({ by: bob.guest.id, on: comment.id, x: 800, y: 80 })
  expect(await write(ann, 'Done.', { on: answer.id })).toMatchObject({ on: comment.id })
  expect(await codeOf(change(bob, comment, { text: 'No.' }))).toBe('403 comment-of-other')
  expect(await codeOf(change(host, comment, { text: 'No.' }))).toBe('403 comment-of-other')
  expect(await (await change(ann, comment, { text: 'Darker there?' })).json()).toMatchObject({
    text: 'Darker there?',
    edited: true,
  })
  expect(await (await change(bob, comment, { resolved: true })).json()).toMatchObject({ resolved: true })
  expect(await (await change(ann, answer, { resolved: false })).json()).toMatchObject({
    id: comment.id,
    resolved: false,
  })
  expect(await remove(bob, comment)).toBe('403 comment-of-other')
  expect(await remove(bob, answer)).toBe('204')
  expect(await remove(host, comment)).toBe('204')
  expect((await list()).comments).toEqual([])
  expect(await remove(host, comment)).toBe('404 comment-not-found')
  expect(await codeOf(send(ann, 'POST', 'comments', { text: 'late', on: comment.id }))).toBe(
    '404 comment-not-found',
  )
})

it('M6 a text is clean lines of at most 500 graphemes; nothing readable is refused', async () => {
  const { text } = await write(ann, '  one\u0007two \r\n\n\n\n three\u202e <b>&amp;</b>\n\n')
  expect(text).toBe('one two\n\nthree <b>&amp;</b>')
  const family = '👩‍👩‍👧‍👦'
  expect((await write(ann, family.repeat(600))).text).toBe(family.repeat(limits.commentLength))
  expect((await write(ann, 'a\n'.repeat(80))).text.split('\n')).toHaveLength(limits.commentLines)
  for (const empty of ['', ' \n\u200b\n '])
    expect(await codeOf(send(ann, 'POST', 'comments', { text: empty, x: 1, y: 1 }))).toBe('422 comment-empty')
  for (const body of [
    {},
    { text: 1, x: 1, y: 1 },
    { text: 'a', x: -1, y: 1 },
    { text: 'a' },
    { text: 'a', on: 1 },
  ])
    expect(await codeOf(send(ann, 'POST', 'comments', body))).toBe('400 bad-request')
  const [{ id }] = (await list()).comments as [PageComment]
  for (const body of [{}, { resolved: 'yes' }, { text: 'a', resolved: true }])
    expect(await codeOf(send(ann, 'PATCH', `comments/${id}`, body))).toBe('400 bad-request')
})

it('M6 who looks on reads and does not write; a locked page is talked about, a full disk is not written on', async () => {
  const comment = await write(ann, 'Here')
  for (const answer of [
    send(viewer, 'POST', 'comments', { text: 'a', x: 1, y: 1 }),
    change(viewer, comment, { resolved: true }),
    send(viewer, 'DELETE', `comments/${comment.id}`),
  ])
    expect(await codeOf(answer)).toBe('403 role-too-low')
  expect((await list()).comments).toEqual([comment])
  await send(host, 'PATCH', '', { locked: true })
  await write(ann, 'Locked?')
  use = { used: 0.95, freeBytes: 0 }
  await expect.poll(() => codeOf(change(bob, comment, { resolved: true }))).toBe('503 disk-full')
  use = { used: 0.1, freeBytes: 0 }
  await expect.poll(() => codeOf(change(bob, comment, { resolved: true }))).toBe('200')
})

it('M7 comments survive a restart and go with their room', async () => {
  const comment = await write(ann, 'Here')
  const answer = await write(bob, 'There', { on: comment.id })
  await change(bob, comment, { resolved: true })
  await server.restart()
  expect((await list()).comments).toEqual([{ ...comment, resolved: true }, answer])
  await send(host, 'DELETE', '')
  expect(await codeOf(get(server, viewer, 'comments'))).toBe('404 room-not-found')
})

it('M7 a page has at most 500 comments, and a guest writes 60 a minute', { timeout: 60_000 }, async () => {
  const writers = [host, ann, bob]
  for (let i = 0; i < 8; i++) writers.push(await enter(server, room, 'edit'))
  const text = 'more'
  for (const who of writers.slice(0, 10))
    await Promise.all(Array.from({ length: 50 }, () => write(who, text)))
  expect(await codeOf(send(writers[10]!, 'POST', 'comments', { text, x: 1, y: 1 }))).toBe(
    '409 too-many-comments',
  )
  const { comments, version } = await list()
  expect([comments.length, version]).toEqual([limits.comments, limits.comments])
  expect(await remove(host, comments[0]!)).toBe('204')
  await write(writers[10]!, text)
  const codes = await Promise.all(Array.from({ length: 20 }, () => remove(ann, comments[0]!)))
  expect(new Set(codes)).toEqual(new Set(['404 comment-not-found', '429 too-many-requests']))
})

it('M8 everybody is told each change, with the number of the version it makes', async () => {
  const socket = connectSocket(server, viewer)
  sockets.push(socket)
  await socket.until('welcome')
  const { version } = await list()
  const comment = await write(ann, 'Here')
  const answer = await write(bob, 'There', { on: comment.id })
  await change(bob, comment, { resolved: true })
  // The same again is no change.
  await change(bob, comment, { resolved: true })
  await remove(ann, comment)
  await socket.until('comment', (told: CommentChange) => 'removed' in told)
  const told = socket.events
    .filter(({ event }) => event === 'comment')
    .map(({ args }) => args[0] as CommentChange)
  expect(told).toEqual([
    { version: version + 1, changed: comment },
    { version: version + 2, changed: answer },
    { version: version + 3, changed: { ...comment, resolved: true } },
    { version: version + 4, removed: [comment.id, answer.id] },
  ])
  expect(await list()).toEqual({ version: version + 4, comments: [] })
})

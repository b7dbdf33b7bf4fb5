import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusals } from '../../shared/protocol.ts'
import {
  connectYjs,
  createRoom,
  enter,
  get,
  post,
  startServer,
  type Problem,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'

let server: TestServer
let room: TestRoom
let page: string

beforeAll(async () => {
  page = await mkdtemp(join(tmpdir(), 'nurie-page-'))
  await mkdir(join(page, 'assets'))
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Nurie</title>')
  await writeFile(join(page, 'assets', 'app-1234.js'), 'export {}')
  server = await startServer({ NURIE_METRICS_TOKEN: 'for the metrics' }, { page, exportWaitMs: 200 })
  room = await createRoom(server)
})
afterAll(async () => {
  await server.end()
  await rm(page, { recursive: true })
})

const problemOf = async (answer: Response) => {
  const problem = (await answer.json()) as Problem
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(problem.status).toBe(answer.status)
  expect(problem.code in refusals).toBe(true)
  expect(problem.detail.length).toBeGreaterThan(10)
  return `${answer.status} ${problem.code}`
}

describe('sessions', () => {
  it('A1 an unknown room and a wrong key are answered alike, byte for byte', async () => {
    const unknown = await post(server, '/api/rooms/AAAAAAAAAAAAAAAAAAAAAA/sessions', { key: room.keys.edit })
    const wrong = await post(server, `/api/rooms/${room.room}/sessions`, { key: 'x' })
    const odd = await post(server, '/api/rooms/%00%ff/sessions', { key: 'x' })
    expect(unknown.status).toBe(404)
    expect(odd.status).toBeGreaterThanOrEqual(400)
    const headers = (answer: Response) =>
      [...answer.headers].filter(([name]) => name !== 'date' && name !== 'x-request-id')
    expect(headers(wrong)).toEqual(headers(unknown))
    const [one, two] = [await unknown.text(), await wrong.text()]
    expect(one).toBe(two)
    expect(JSON.parse(one)).toMatchObject({ code: 'room-not-found' })
  })

  it('A2 every key gives its role, and a session tells guest and page', async () => {
    for (const role of ['host', 'edit', 'view'] as const)
      expect((await enter(server, room, role)).role).toBe(role)
    const session = await enter(server, room, 'edit', { name: ' Ann ' })
    expect(session.guest.name).toBe('Ann')
    expect(session.page).toMatchObject({ title: 'Two cats', width: 640, height: 480 })
    expect(session.page.revision).toBeGreaterThanOrEqual(1)
    expect(session.token).toMatch(/^[A-Za-z0-9._~-]+$/)
  })

  it('A3 an earlier token of the room brings the same guest back, one of another room does not', async () => {
    const first = await enter(server, room, 'edit', { name: 'Ann' })
    const again = await enter(server, room, 'view', { previous: first.token })
    expect(again.guest).toEqual(first.guest)
    expect(again.role).toBe('view')
    const renamed = await enter(server, room, 'edit', { previous: first.token, name: 'Anna' })
    expect(renamed.guest).toEqual({ ...first.guest, name: 'Anna' })
    const other = await createRoom(server)
    expect((await enter(server, other, 'edit', { previous: first.token })).guest.id).not.toBe(first.guest.id)
    expect((await enter(server, room, 'edit', { previous: 'nonsense' })).guest.id).not.toBe(first.guest.id)
  })

  it('A1 wrong keys are counted: guessing is slowed down, entering is not', async () => {
    const own = await startServer()
    const home = await createRoom(own)
    let last = ''
    for (let i = 0; i < 22; i++) {
      const answer = await post(own, `/api/rooms/${home.room}/sessions`, { key: `guess ${i}` })
      last = await problemOf(answer)
    }
    expect(last).toBe('429 too-many-requests')
    await own.end()
  })
})

describe('answers', () => {
  it('W1 every refusal is a problem with a code', async () => {
    const ann = await enter(server, room)
    const other = await createRoom(server)
    const bare = (path: string) => fetch(server.url + path)
    expect(await problemOf(await bare('/api/nowhere'))).toBe('404 not-found')
    expect(await problemOf(await bare(`/api/rooms/${room.room}/line.png`))).toBe('401 no-token')
    expect(await problemOf(await get(server, { ...ann, token: 'a.b.c' }, 'line.png'))).toBe('401 bad-token')
    expect(await problemOf(await get(server, { ...ann, room: other.room }, 'line.png'))).toBe(
      '404 room-not-found',
    )
    expect(await problemOf(await get(server, ann, 'frame?stage=x'))).toBe('400 bad-request')
    expect(await problemOf(await post(server, '/api/rooms', { sample: 'nothing' }))).toBe(
      '404 sample-not-found',
    )
    expect(await problemOf(await post(server, '/api/rooms', { simple: 'cats' }))).toBe('400 bad-request')
    expect(await problemOf(await post(server, `/api/rooms/${room.room}/sessions`, {}))).toBe(
      '400 bad-request',
    )
    const upload = (type: string, body: string) =>
      fetch(`${server.url}/api/rooms`, { method: 'POST', headers: { 'content-type': type }, body })
    expect(await problemOf(await upload('application/json', '{'))).toBe('400 bad-request')
    expect(await problemOf(await upload('image/svg+xml', '<svg/>'))).toBe('415 not-an-image')
    expect(await problemOf(await upload('text/plain', 'x'))).toBe('415 not-an-image')
    expect(await problemOf(await fetch(`${server.url}/api/rooms`, { method: 'POST' }))).toBe(
      '415 not-an-image',
    )
    expect(await problemOf(await fetch(`${server.url}/api/rooms`, { method: 'PUT' }))).toBe('404 not-found')
  })

  it('W2 the OpenAPI document describes every route under /api', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
      openapi: string
      paths: Record<string, Record<string, { requestBody?: object; responses: Record<string, unknown> }>>
    }
    expect(document.openapi).toBe('3.1.0')
    expect(
      Object.keys(document.paths)
        .filter((path) => path.startsWith('/api'))
        .sort(),
    ).toEqual([
      '/api/color',
      '/api/info',
      '/api/rooms',
      '/api/rooms/{room}',
      '/api/rooms/{room}/comments',
      '/api/rooms/{room}/comments/{comment}',
      '/api/rooms/{room}/export',
      '/api/rooms/{room}/finished',
      '/api/rooms/{room}/finished/{region}',
      '/api/rooms/{room}/finished/{region}/picture',
      '/api/rooms/{room}/frame',
      '/api/rooms/{room}/guests',
      '/api/rooms/{room}/guests/{guest}',
      '/api/rooms/{room}/guests/{guest}/undo',
      '/api/rooms/{room}/keys',
      '/api/rooms/{room}/line.png',
      '/api/rooms/{room}/preview',
      '/api/rooms/{room}/replay',
      '/api/rooms/{room}/sessions',
      '/api/rooms/{room}/strokes',
      '/api/rooms/{room}/versions',
      '/api/rooms/{room}/versions/{version}',
      '/api/rooms/{room}/versions/{version}/preview',
      '/api/rooms/{room}/versions/{version}/restore',
      '/api/rooms/{room}/versions/{version}/thumbnail',
      '/api/samples',
    ])
    const create = document.paths['/api/rooms']!.post!
    expect(Object.keys((create.requestBody as { content: object }).content)).toContain('image/webp')
    expect(Object.keys(create.responses)).toEqual(expect.arrayContaining(['201', '413', '415', '422', '429']))
  })

  it('W3 every answer carries the safety headers', async () => {
    for (const path of [
      '/',
      `/r/${room.room}`,
      '/assets/app-1234.js',
      '/api/info',
      '/api/nowhere',
      '/samples/cats.png',
    ]) {
      const { headers } = await fetch(server.url + path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      const policy = headers.get('content-security-policy')!
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('unsafe-inline')
      expect(policy).not.toContain("'unsafe-eval'")
      const isFile = /^\/(api|samples)/.test(path)
      if (isFile) expect(policy).toBe("default-src 'none'; sandbox")
      else expect(policy).toContain(`connect-src 'self' ${server.url.replace('http', 'ws')}`)
    }
  })

  it('W10 nothing is lent to other sites, no power is asked for, and nobody learns what runs here', async () => {
    const own = await createRoom(server)
    const ann = await enter(server, own)
    server.coloring.frame(own.room, ann.page.revision, 'refined')
    const answers = [
      ...(await Promise.all(['/', '/api/info', '/samples/cats.png'].map((path) => fetch(server.url + path)))),
      ...(await Promise.all(['line.png', 'frame', 'export'].map((path) => get(server, ann, path)))),
    ]
    for (const { status, headers, url } of answers) {
      expect(status, url).toBe(200)
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      for (const name of ['server', 'x-powered-by', 'access-control-allow-origin'])
        expect(headers.get(name)).toBeNull()
    }
  })

  it('W12 what cannot be read as a request, and an address that cannot be decoded, are answered as all refusals', async () => {
    expect(await problemOf(await fetch(`${server.url}/api/rooms/%ff/line.png`))).toBe('400 bad-request')
    const form = { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: 'x' }
    expect(await problemOf(await fetch(`${server.url}/api/color`, form))).toBe('400 bad-request')
    const socket = connect(Number(new URL(server.url).port), 'localhost')
    const heard = new Promise<string>((resolve) => {
      let text = ''
      socket.setEncoding('latin1').on('data', (part: string) => (text += part))
      socket.once('close', () => resolve(text))
    })
    socket.write('what is this\r\n\r\n')
    expect(await heard).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"bad-request"/)
  })

  it('W4 metrics are for this machine, or for the token', async () => {
    const ask = (headers: Record<string, string>) => fetch(`${server.url}/metrics`, { headers })
    const local = await ask({})
    expect(local.status).toBe(200)
    const text = await local.text()
    expect(text).toContain('nurie_rooms_open')
    expect(text).not.toContain(room.room)
    const proxied = { 'x-forwarded-for': '203.0.113.5' }
    expect((await ask(proxied)).status).toBe(404)
    expect((await ask({ ...proxied, authorization: 'Bearer wrong' })).status).toBe(404)
    expect((await ask({ ...proxied, authorization: 'Bearer for the metrics' })).status).toBe(200)
  })

  it('W4 probes and info', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${server.url}/readyz`)
    const well = { status: 'ready', storage: true, open: true, coloring: true }
    expect([ready.status, await ready.json()]).toEqual([200, well])
    expect(await (await fetch(`${server.url}/api/info`)).json()).toEqual({
      version: '0',
      protocol: 1,
      engine: 'test',
      device: 'none',
      models: [],
      createKey: false,
    })
  })

  it('E2 without a colorist the server is ready, for painting goes on, and says so', async () => {
    server.coloring.ready(false)
    const ready = await fetch(`${server.url}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', coloring: false }])
    server.coloring.ready(true)
  })

  it('W7 the page is served for / and every room, its hashed assets for ever', async () => {
    for (const path of ['/', `/r/${room.room}`]) {
      const answer = await fetch(server.url + path)
      expect(answer.headers.get('content-type')).toContain('text/html')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(await answer.text()).toContain('Nurie')
    }
    const asset = await fetch(`${server.url}/assets/app-1234.js`)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(await problemOf(await fetch(`${server.url}/assets/app-9.js`))).toBe('404 not-found')
    expect((await fetch(`${server.url}/..%2f..%2fpackage.json`)).status).toBe(404)
  })

  it('W7 without a built page a sentence says so', async () => {
    const own = await startServer({}, { page: join(page, 'none') })
    expect(await (await fetch(own.url)).text()).toContain('npm start')
    await own.end()
  })
})

describe('rooms', () => {
  it('W6 new rooms are limited; refused ones are not counted', async () => {
    const own = await startServer({ NURIE_LIMIT_ROOMS_PER_HOUR: '2' })
    const create = (sample: string) => post(own, '/api/rooms', { sample })
    expect((await create('nothing')).status).toBe(404)
    expect((await create('cats')).status).toBe(201)
    expect((await create('cats')).status).toBe(201)
    expect(await problemOf(await create('cats'))).toBe('429 too-many-rooms')
    await own.end()
  })

  it('W6 where a key is set, only who has it creates rooms', async () => {
    const own = await startServer({ NURIE_CREATE_KEY: 'the create key' })
    const create = (key?: string) =>
      post(own, '/api/rooms', { sample: 'cats' }, key === undefined ? {} : { 'x-nurie-create-key': key })
    expect(await problemOf(await create())).toBe('403 create-key')
    expect(await problemOf(await create('another key'))).toBe('403 create-key')
    expect((await create('the create key')).status).toBe(201)
    await own.end()
  })

  it('A19 a server that wants a key for new rooms says so', async () => {
    const own = await startServer({ NURIE_CREATE_KEY: 'the create key' })
    expect(await (await fetch(`${own.url}/api/info`)).json()).toMatchObject({ createKey: true })
    await own.end()
    await expect(startServer({ NURIE_CREATE_KEY: 'schlüssel' })).rejects.toThrow('NURIE_CREATE_KEY')
  })

  it('W8 an export waits for the newest revision’s refined frame, but not for ever', async () => {
    const ann = await enter(server, room)
    const revision = (await enter(server, room)).page.revision
    const late = await get(server, ann, 'export')
    expect(late.status).toBe(200)
    const waiting = get(server, ann, 'export?format=png')
    const wants = () => server.coloring.wants.filter((wanted) => wanted === room.room).length
    const before = wants()
    await expect.poll(wants, { interval: 5 }).toBeGreaterThan(before)
    server.coloring.frame(room.room, revision, 'draft')
    expect(wants(), 'what is newest by then is wanted').toBe(before + 2)
    server.coloring.patch(room.room, revision, 'refined')
    expect(wants(), 'a patch is a frame as well').toBe(before + 2)
    const answer = await waiting
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(answer.headers.get('content-disposition')).toContain('attachment; filename="')
    const color = await get(server, ann, 'export?format=color')
    expect([color.status, color.headers.get('content-type')]).toEqual([200, 'image/png'])
  })

  it('P5 strokes, line art, keys and sessions survive a restart', async () => {
    const own = await startServer()
    const home = await createRoom(own)
    const ann = await enter(own, home, 'edit', { name: 'Ann' })
    const line = await (await get(own, ann, 'line.png')).arrayBuffer()
    const before = connectYjs(own, ann)
    const watcher = connectYjs(own, ann)
    await Promise.all([before.synced(), watcher.synced()])
    before.paint('p5', ann.guest.id)
    await watcher.until(() => watcher.ids().includes('p5'))
    before.close()
    watcher.close()
    const { revision } = (await enter(own, home)).page
    await own.restart()
    const after = connectYjs(own, ann)
    await after.until(() => after.ids().includes('p5'))
    after.close()
    expect(Buffer.from(await (await get(own, ann, 'line.png')).arrayBuffer())).toEqual(Buffer.from(line))
    const again = await enter(own, home, 'edit', { previous: ann.token })
    expect(again.guest).toEqual(ann.guest)
    expect(again.page.revision, 'R4').toBeGreaterThan(revision)
    expect(own.coloring.touches[0]!.strokes.map(({ id }) => id)).toEqual(['p5'])
    await own.end()
  })
})

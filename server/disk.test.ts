/** Disks in trouble, with the real server, real sockets and stock clients. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import {
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  get,
  post,
  startServer,
  strokeOf,
  type TestServer,
} from './app.fixture.ts'
import type { DiskUse } from './storage/diskGuard.ts'
import { openSqlite } from './storage/sqlite/sqlite.ts'
import { StoreFault } from './storage/storeFault.ts'

let server: TestServer | undefined
afterEach(async () => {
  await server?.end()
  server = undefined
})
const folders: string[] = []
const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
  folders.push(folder)
  return folder
}
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const metric = async (name: string) => {
  const text = await (await fetch(`${server!.url}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (.*)$`, 'm').exec(text)?.[1] ?? NaN)
}
const noticesOf = (socket: ReturnType<typeof connectSocket>) =>
  socket.events.filter(({ event }) => event === 'notice').map(({ args }) => args[0].code as string)

describe('a disk that fills', () => {
  let use: DiskUse = { used: 0.1, freeBytes: 0 }
  const open = async () => {
    use = { used: 0.1, freeBytes: 0 }
    server = await startServer({}, { measureDisk: () => Promise.resolve(use), diskEveryMs: 5 })
    return server
  }
  const fill = async (used: number) => {
    use = { used, freeBytes: 0 }
    await expect.poll(() => metric('nurie_disk_used_share')).toBe(used)
  }

  it('P12 from the first share on no room is made, but those that are there go on', async () => {
    await open()
    const room = await createRoom(server!)
    await fill(0.8)
    const answer = await post(server!, '/api/rooms', { sample: 'cats' })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'disk-full'])
    const ann = await enter(server!, room)
    const [yjs, socket] = [connectYjs(server!, ann), connectSocket(server!, ann)]
    await Promise.all([yjs.synced(), socket.until('welcome')])
    yjs.paint('one', ann.guest.id)
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] === 1)
    await fill(0.5)
    expect((await post(server!, '/api/rooms', { sample: 'cats' })).status).toBe(201)
    yjs.close()
    socket.close()
  })

  it('P12 from the second share on changes are held back where they are: nobody is closed, all are told, and later asked', async () => {
    await open()
    const room = await createRoom(server!)
    const [ann, bob] = [await enter(server!, room), await enter(server!, room)]
    const yjs = connectYjs(server!, ann)
    const socket = connectSocket(server!, ann)
    const others = connectYjs(server!, bob)
    await Promise.all([yjs.synced(), others.synced(), socket.until('welcome')])
    yjs.paint('before', ann.guest.id)
    await others.until(() => others.ids().length === 1)
    let closes = 0
    for (const each of [yjs, others]) each.provider.on('connection-close', () => closes++)

    await fill(0.95)
    await socket.until('notice', ({ code }) => code === 'disk-full')
    for (const id of ['one', 'two', 'three']) yjs.paint(id, ann.guest.id)
    yjs.strokes.delete(0)
    await expect.poll(() => metric('nurie_held_back_total')).toBe(1)
    const late = await enter(server!, room)
    const [lateYjs, lateSocket] = [connectYjs(server!, late), connectSocket(server!, late)]
    await lateSocket.until('notice', ({ code }) => code === 'disk-full')
    await lateYjs.synced()
    expect(lateYjs.ids()).toEqual(['before'])
    expect(closes).toBe(0)

    await fill(0.1)
    await others.until(() => others.ids().join() === 'one,two,three')
    await lateYjs.until(() => lateYjs.ids().join() === 'one,two,three')
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] === 4)
    yjs.paint('after', ann.guest.id)
    await others.until(() => others.ids().length === 4)
    expect(closes).toBe(0)
    for (const each of [yjs, others, lateYjs, socket, lateSocket]) each.close()
  })
})

describe('a disk that fails', () => {
  it('P13 nothing is told saved while commits fail; people are told once, and who joins; then all is saved by itself', async () => {
    let fault: StoreFault | undefined
    server = await startServer(
      {},
      {
        openStore(file) {
          const store = openSqlite(file, { entries: 1e6, bytes: 1e9 })
          const failing = <Name extends 'append' | 'reserveRevisions'>(name: Name) =>
            ((...args: never[]) =>
              fault
                ? Promise.reject(fault)
                : (store[name] as (...args: never[]) => Promise<never>)(...args)) as never
          return { ...store, append: failing('append'), reserveRevisions: failing('reserveRevisions') }
        },
      },
    )
    const room = await createRoom(server)
    const other = await createRoom(server)
    const ann = await enter(server, room)
    const [yjs, socket] = [connectYjs(server, ann), connectSocket(server, ann)]
    await Promise.all([yjs.synced(), socket.until('welcome')])
    fault = new StoreFault('disk', 'input/output error')
    yjs.paint('one', ann.guest.id)
    await socket.until('notice', ({ code }) => code === 'not-saved')
    yjs.paint('two', ann.guest.id)
    await expect.poll(() => metric('nurie_commit_failures_total')).toBeGreaterThan(3)
    const [bob, lateSocket] = await enter(server, room).then(
      (bob) => [bob, connectSocket(server!, bob)] as const,
    )
    await lateSocket.until('notice', ({ code }) => code === 'not-saved')
    // A room that was not in memory opens as well, with revisions of its own.
    const cat = await enter(server, other)
    expect(cat.page.revision).toBeGreaterThan(0)
    const catYjs = connectYjs(server, cat)
    const catSocket = connectSocket(server, cat)
    await catYjs.synced()
    catYjs.paint('cat', cat.guest.id)
    await catSocket.until('notice', ({ code }) => code === 'not-saved')
    expect(noticesOf(socket)).toEqual(['not-saved'])
    const saved = () =>
      socket.events.filter(({ event, args }) => event === 'saved' && args[0].clock[yjs.doc.clientID])
    expect(saved()).toEqual([])
    fault = undefined
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] === 2)
    await catSocket.until('saved', ({ clock }) => clock[catYjs.doc.clientID] === 1)
    const again = connectSocket(server, bob)
    await again.until('status')
    expect(noticesOf(again)).toEqual([])
    for (const each of [yjs, socket, lateSocket, catYjs, catSocket, again]) each.close()
  })

  it('P14 while commits take long everything else goes on, and one commit carries what came meanwhile', async () => {
    let release: (() => void) | undefined
    const batches: number[] = []
    server = await startServer(
      {},
      {
        openStore(file) {
          const store = openSqlite(file, { entries: 1e6, bytes: 1e9 })
          return {
            ...store,
            async append(updates) {
              batches.push(updates.length)
              await new Promise<void>((resolve) => (release = resolve))
              return store.append(updates)
            },
          }
        },
      },
    )
    const room = await createRoom(server)
    const [ann, bob] = [await enter(server, room), await enter(server, room)]
    const yjs = connectYjs(server, ann)
    const [socket, other] = [connectSocket(server, ann), connectSocket(server, bob)]
    await Promise.all([yjs.synced(), socket.until('welcome'), other.until('welcome')])
    for (let i = 0; i < 10; i++) yjs.paint(`${i}`, ann.guest.id)
    await expect.poll(() => server!.coloring.touches.at(-1)?.strokes.length).toBe(10)
    server.coloring.frame(room.room, server.coloring.touches.at(-1)!.revision, 'draft')
    await other.until('frame')
    socket.socket.emit('cursor', { x: 1, y: 2 })
    await other.until('cursor')
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(
      socket.events.some(({ event, args }) => event === 'saved' && args[0].clock[yjs.doc.clientID]),
    ).toBe(false)
    release!()
    await expect.poll(() => batches.length).toBe(2)
    release!()
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] === 10)
    expect(batches[0]! + batches[1]!).toBe(10)
    for (const each of [yjs, socket, other]) each.close()
  })
})

describe('a full disk', () => {
  const folder = temporary()
  let isMounted = false
  afterAll(() => {
    if (isMounted) execFileSync('umount', ['-l', folder])
  })

  it('P13 on a real full disk: rooms go on, none is made, nothing is told saved until there is space', async ({
    skip,
  }) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
      isMounted = true
    } catch {
      skip('a small disk can be mounted by root only')
    }
    // The shares are set out of the way: it is the disk itself that refuses.
    const settings = {
      NURIE_DATA: folder,
      NURIE_LIMIT_DISK_ROOMS: '1',
      NURIE_LIMIT_DISK_READONLY: '1',
      NURIE_LIMIT_COMMITS: '10000',
    }
    server = await startServer(settings)
    const room = await createRoom(server)
    const ann = await enter(server, room)
    const yjs = connectYjs(server, ann)
    const socket = connectSocket(server, ann)
    await Promise.all([yjs.synced(), socket.until('welcome')])
    const ballast = join(folder, 'ballast')
    const full = spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4096'], { stdio: 'ignore' })
    expect(full.status).not.toBe(0)
    let painted = 0
    const isTold = () => noticesOf(socket).includes('not-saved')
    // What of the database has its place on the disk already may still be written to for a while.
    while (!isTold() && painted < 2_000) {
      yjs.doc.transact(() =>
        yjs.strokes.push([strokeOf(`${painted}`, ann.guest.id, { count: 1_500 }) as never]),
      )
      painted++
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(isTold()).toBe(true)
    const answer = await post(server, '/api/rooms', { sample: 'cats' })
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'disk-full'])
    const bob = await enter(server, room)
    expect((await get(server, bob, 'line.png')).status).toBe(200)
    const bobs = connectYjs(server, bob)
    rmSync(ballast)
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] === painted)
    await bobs.until(() => bobs.ids().length === painted)
    expect((await post(server, '/api/rooms', { sample: 'cats' })).status).toBe(201)
    expect(noticesOf(socket).filter((code) => code === 'not-saved')).toHaveLength(1)
    for (const each of [yjs, bobs, socket]) each.close()
    await server.restart()
    const after = connectYjs(server, await enter(server, room))
    await after.synced()
    expect(after.ids()).toHaveLength(painted)
    after.close()
    await server.close()
    server = undefined
  })
})

describe('starting', () => {
  const start = (folder: string) => startServer({ NURIE_DATA: folder })

  it('P15 says in one sentence why the data cannot be opened, and leaves it as it is', async () => {
    const folder = temporary()
    writeFileSync(join(folder, 'file'), '')
    await expect(start(join(folder, 'file', 'data'))).rejects.toThrow(/the data folder .* cannot be written/)
    const damaged = join(folder, 'damaged')
    mkdirSync(damaged)
    const bytes = Buffer.alloc(8192, 7)
    writeFileSync(join(damaged, 'nurie.db'), bytes)
    await expect(start(damaged)).rejects.toThrow(/is damaged; it was left as it is.*npm run doctor/)
    expect(readFileSync(join(damaged, 'nurie.db')).equals(bytes)).toBe(true)
  })

  it('P15 a second server on the same data does not start', async () => {
    server = await startServer()
    await expect(start(server.folder)).rejects.toThrow(/another Nurie has the data folder/)
  })

  it('P15 the process ends with 1 and one line', () => {
    const folder = temporary()
    writeFileSync(join(folder, 'nurie.db'), Buffer.alloc(8192, 7))
    chmodSync(folder, 0o755)
    const done = spawnSync(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...process.env, PORT: '0', NURIE_DATA: folder, NURIE_LOG: 'silent' },
      encoding: 'utf8',
    })
    expect(done.status).toBe(1)
    expect(done.stdout).toBe('')
    expect(done.stderr).toMatch(/^nurie: the database in .* is damaged[^\n]*\n$/)
  })
})

/** The real program, killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { connectSocket, connectYjs, createRoom, enter, startServer } from './app.fixture.ts'
import { openColoring } from './coloring/coloring.ts'
import { coloristPid } from './coloring/coloristPid.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
const running = new Set<ChildProcess>()
afterAll(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function start() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PORT: '0', NURIE_DATA: folder, NURIE_LOG: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  void exited.then(() => running.delete(child))
  const url = await new Promise<string>((resolve, reject) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      const found = /http:\/\/\S+/.exec(output)
      if (found) resolve(found[0])
    })
    void exited.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  return { child, url, exited }
}

it('P6 what was acknowledged survives kill -9 at any moment, and SIGTERM ends it well', async () => {
  let server = await start()
  const room = await createRoom(server)
  const ann = await enter(server, room)
  const acknowledged: string[] = []
  let revision = 0
  for (let round = 0; round < 2; round++) {
    const y = connectYjs(server, ann)
    const socket = connectSocket(server, ann)
    await Promise.all([y.synced(), socket.until('welcome')])
    const welcome = (await socket.until('welcome')) as { revision: number }
    expect(welcome.revision, 'R4').toBeGreaterThan(revision)
    expect(y.ids()).toEqual(expect.arrayContaining(acknowledged))
    // Painting goes on while the server dies; only what was acknowledged counts.
    const painted: string[] = []
    const mine = new Map<number, string>()
    for (let i = 0; i < 20; i++) {
      const id = `${round}-${i}`
      mine.set(i, id)
      painted.push(id)
      y.paint(id, ann.guest.id)
    }
    const saved = (await socket.until('saved', ({ clock }) => clock[y.doc.clientID] > 0)) as {
      clock: Record<string, number>
    }
    server.child.kill('SIGKILL')
    await server.exited
    const clocks = socket.events
      .filter(({ event }) => event === 'saved')
      .map(({ args }) => (args[0].clock[y.doc.clientID] as number | undefined) ?? 0)
    const clock = Math.max(saved.clock[y.doc.clientID]!, ...clocks)
    acknowledged.push(...painted.slice(0, clock))
    revision = welcome.revision
    y.close()
    socket.close()
    server = await start()
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(2)
  const y = connectYjs(server, ann)
  await y.synced()
  expect(y.ids()).toEqual(expect.arrayContaining(acknowledged))
  expect(new Set(y.ids()).size).toBe(y.ids().length)
  y.close()
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(0)
}, 120_000)

it('P18 a colorist killed again and again under painting costs no stroke', async () => {
  const server = await startServer(
    {},
    {
      openColoring: (events) =>
        openColoring({
          events,
          threads: 1,
          log: { info: () => {}, warn: () => {} },
          entry: new URL('./coloring/fakeColorist.fixture.ts', import.meta.url),
        }),
    },
  )
  const ann = await enter(server, await createRoom(server))
  const [y, socket] = [connectYjs(server, ann), connectSocket(server, ann)]
  await Promise.all([y.synced(), socket.until('welcome')])
  const kills = 4
  for (let i = 0; i < kills; i++) {
    const frames = socket.count('frame')
    y.paint(`${i} before`, ann.guest.id)
    await expect.poll(() => socket.count('frame')).toBeGreaterThan(frames)
    process.kill(coloristPid('fakeColorist.fixture.ts'), 'SIGKILL')
    y.paint(`${i} after`, ann.guest.id)
    await socket.until('saved', ({ clock }) => clock[y.doc.clientID] === 2 * (i + 1))
  }
  y.close()
  socket.close()
  await server.end()
}, 120_000)

/** Damaged data under the real server, with stock clients. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, expect, it } from 'vitest'
import { connectSocket, connectYjs, createRoom, enter, startServer, type TestServer } from './app.fixture.ts'
import { runDoctor } from './storage/doctor/doctor.ts'

let server: TestServer | undefined
const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterEach(async () => {
  await server?.end()
  rmSync(folder, { recursive: true, force: true })
})

const metric = async (name: string) => {
  const text = await (await fetch(`${server!.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? NaN)
}

async function paintAndLeave(room: Awaited<ReturnType<typeof createRoom>>, ids: string[]) {
  const session = await enter(server!, room)
  const [yjs, socket] = [connectYjs(server!, session), connectSocket(server!, session)]
  await Promise.all([yjs.synced(), socket.until('welcome')])
  for (const [index, id] of ids.entries()) {
    yjs.paint(id, session.guest.id)
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] === index + 1)
  }
  yjs.close()
  socket.close()
  return { session, doc: yjs.doc }
}

it('P10 P19 a damaged room is found after the start, shows what lies before, takes nothing; mended, it takes what was kept', async () => {
  server = await startServer({ NURIE_DATA: folder })
  const [hurt, well] = [await createRoom(server), await createRoom(server)]
  const ann = await paintAndLeave(hurt, ['one', 'two', 'three'])
  await paintAndLeave(well, ['one'])
  await server.close()
  const damage = (sql: string) => {
    const database = new Database(join(folder, 'nurie.db'))
    database.prepare(sql).run(hurt.room)
    database.close()
  }
  damage("update ops set bytes = x'0000' where room = ? and seq = 2")
  server = await startServer({ NURIE_DATA: folder }, { examineAfterMs: 0 })
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
  // Found before anybody opened the room.
  await expect.poll(() => metric('nurie_rooms_damaged')).toBe(1)

  const session = await enter(server, hurt)
  const socket = connectSocket(server, session)
  await socket.until('notice', ({ code }) => code === 'room-damaged')
  // A stranger sees what is there; ann still has all three, of which the server cannot judge what it lacks.
  const look = connectYjs(server, session)
  await look.synced()
  expect(look.ids()).toEqual(['one'])
  const back = connectYjs(server, ann.session, ann.doc)
  const backSocket = connectSocket(server, ann.session)
  let closes = 0
  for (const each of [look, back]) each.provider.on('connection-close', () => closes++)
  await back.synced()
  back.paint('four', ann.session.guest.id)
  look.paint('five', session.guest.id)
  await expect.poll(() => socket.count('notice')).toBe(2)
  expect(closes).toBe(0)
  const other = await paintAndLeave(well, ['two'])
  expect(other.doc.getArray('strokes')).toHaveLength(2)
  for (const each of [look, back, socket, backSocket]) each.close()
  await server.close()
  const database = new Database(join(folder, 'nurie.db'))
  expect(database.prepare('select max(seq) as last from ops where room = ?').get(hurt.room)).toMatchObject({
    last: 3,
  })
  database.close()

  expect(runDoctor(['repair', '--data', folder], {}, () => {})).toBe(0)
  server = await startServer({ NURIE_DATA: folder })
  const mended = connectYjs(server, ann.session, ann.doc)
  const witness = connectYjs(server, await enter(server, hurt))
  await witness.until(() => witness.ids().length === 4)
  expect(witness.ids()).toEqual(['one', 'two', 'three', 'four'])
  mended.close()
  witness.close()
}, 120_000)

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createRoom, enter, get, post, type TestSession } from '../app.fixture.ts'
import { startKillable } from './killable.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('M3 after kill -9 every region that was told to be finished is, and looks as it did', async () => {
  let server = await startKillable(folder)
  const room = await createRoom(server)
  const ann = await enter(server, room)
  const press = (who: TestSession, x: number) =>
    post(
      server,
      `/api/rooms/${room.room}/finished`,
      { x, y: 8, gap: 0 },
      { authorization: `Bearer ${who.token}` },
    )
  const told: unknown[] = []
  // The last one is still on its way.
  for (const x of [8, 16, 24, 32]) told.push(await (await press(ann, x)).json())
  const late = press(ann, 40).catch(() => undefined)
  await server.kill()
  await late
  server = await startKillable(folder)
  const list = (await (await get(server, ann, 'finished')).json()) as { id: string }[]
  expect(list.slice(0, 4)).toEqual(told)
  const picture = await get(server, ann, `finished/${list[1]!.id}/picture`)
  expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual([1, 16])
  await server.kill()
})

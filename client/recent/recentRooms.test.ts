import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { recentRooms, type RecentRoom } from './recentRooms.ts'

const seen = (room: string, at: number): RecentRoom => ({
  room,
  title: room,
  role: 'edit',
  at,
  page: { width: 4, height: 3 },
})

test('L17 rooms are listed newest first, keep their picture until there is a newer one, and are forgotten one by one', async () => {
  const recent = recentRooms('recent-test')
  expect(await recent.list()).toEqual([])
  await recent.note({ ...seen('a', 1), picture: new Blob(['first']) })
  await recent.note(seen('b', 2))
  await recent.note({ ...seen('a', 3), title: 'again' })
  const [first, second] = await recent.list()
  expect([first!.title, second!.title]).toEqual(['again', 'b'])
  expect(first!.picture).toBeDefined()
  await recent.forget('a')
  expect((await recent.list()).map(({ room }) => room)).toEqual(['b'])
})

test('L17 of many rooms the last 24 are kept', async () => {
  const recent = recentRooms('recent-many')
  for (let at = 1; at <= 26; at++) await recent.note(seen(`r${at}`, at))
  const kept = await recent.list()
  expect(kept.length).toBe(24)
  expect([kept[0]!.room, kept.at(-1)!.room]).toEqual(['r26', 'r3'])
})

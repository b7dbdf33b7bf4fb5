import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import type { Session } from '../api/api.ts'
import { roomCopies } from '../own/roomCopies.ts'
import { forgetRoom } from './forgetRoom.ts'
import { recentRooms } from './recentRooms.ts'

test('L17 a room that is forgotten leaves the list and cannot be opened without a network; the others stay', async () => {
  for (const room of ['a', 'b']) {
    await recentRooms().note({ room, title: room, role: 'edit', at: 1, page: { width: 4, height: 3 } })
    const session = {} as Omit<Session, 'token'>
    await roomCopies().put(room, { session, state: new Uint8Array(2), lineArt: new Blob(['art']) })
  }
  await forgetRoom('a')
  expect((await recentRooms().list()).map(({ room }) => room)).toEqual(['b'])
  expect(await roomCopies().get('a')).toBeUndefined()
  expect(await roomCopies().get('b')).toBeDefined()
})

import { beforeEach, expect, it } from 'vitest'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import type { RoomRecord, Store } from '../storage/store.ts'
import { newRoom, roleOf } from './access.ts'
import { openRoster, type Roster } from './roster.ts'

const ann = { id: 'ann', name: 'Ann', color: '#ff0000', role: 'edit' as const }

let store: Store
let record: RoomRecord
let roster: Roster
let told: string[]
let isEnded: boolean

async function open() {
  roster = openRoster({
    record: (await store.findRoom(record.id))!,
    guests: await store.guests(record.id),
    store,
    onStored() {},
    isEnded: () => isEnded,
    onAccess: () => told.push('access'),
    onLink: (role) => told.push(role),
    onPage: () => told.push('page'),
    onFailure: () => told.push('failure'),
  })
}
beforeEach(async () => {
  store = memoryStore()
  record = newRoom({ title: '', width: 1, height: 1 }).record
  await store.addRoom(record, Uint8Array.of(1))
  told = []
  isEnded = false
  await open()
})

const fails = () => Promise.reject(new Error('disk'))

it('A13 a lock that did not reach the disk does not count, and the next one does', async () => {
  const { changeRoom } = store
  store.changeRoom = fails
  await expect(roster.lock(true)).rejects.toThrow('disk')
  store.changeRoom = changeRoom
  expect(roster.locked()).toBe(false)
  await Promise.all([roster.lock(true), roster.lock(true)])
  expect([roster.locked(), told]).toEqual([true, ['page']])
})

it('A9 changes made at once follow each other, and all of them last', async () => {
  const [edit, view] = await Promise.all([
    roster.renewKey('edit', false),
    roster.renewKey('view', true),
    roster.lock(true),
  ])
  expect(told).toEqual(['access', 'edit', 'view', 'page'])
  const stored = (await store.findRoom(record.id))!
  expect([roleOf(edit, stored.keyHashes), roleOf(view, stored.keyHashes)]).toEqual(['edit', 'view'])
  expect([stored.generations, stored.locked]).toEqual([{ host: 0, edit: 1, view: 0 }, true])
})

it('A11 a guest whom the disk did not take is a guest all the same, and can be removed for good', async () => {
  const { putGuest } = store
  store.putGuest = fails
  await roster.note(ann)
  expect(told).toEqual(['failure'])
  store.putGuest = putGuest
  await roster.remove('ann')
  await open()
  expect(roster.standing({ room: record.id, guest: ann, generation: 0, keyMark: '' })).toBe('removed')
  await roster.note({ ...ann, name: 'Anna' })
  expect(roster.guests()).toEqual([{ ...ann, name: 'Anna', removed: true }])
})

it('A14 of a room that is ended nothing is written any more', async () => {
  const asked = roster.lock(true)
  isEnded = true
  await expect(asked).rejects.toMatchObject({ code: 'room-not-found' })
  await roster.note(ann)
  expect(await store.guests(record.id)).toEqual([])
  expect((await store.findRoom(record.id))!.locked).toBe(false)
})

it('Q58 who was forgotten in the store is forgotten here; who is being written down just now is not', async () => {
  await store.putGuest(record.id, { ...ann, id: 'bob' })
  await open()
  const { putGuest } = store
  store.putGuest = () => new Promise(() => {})
  void roster.note(ann)
  store.putGuest = putGuest
  await store.forgetGuest(record.id, 'bob')
  await roster.read()
  expect(roster.guests().map(({ id }) => id)).toEqual(['ann'])
})

it('Q16 links that two servers replace at once are both replaced, whichever knew of the other', async () => {
  const other = roster
  await open()
  const [edit, view] = [await other.renewKey('edit', false), await roster.renewKey('view', false)]
  const again = await other.renewKey('view', false)
  const stored = (await store.findRoom(record.id))!
  expect([roleOf(edit, stored.keyHashes), roleOf(again, stored.keyHashes)]).toEqual(['edit', 'view'])
  expect(roleOf(view, stored.keyHashes)).toBeUndefined()
  expect(stored.generations).toEqual({ host: 0, edit: 1, view: 2 })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { encodePoints } from '../../shared/points.ts'
import { strokeOf, testColoring } from '../app.fixture.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { openJournal, type Journal } from '../storage/journal.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import type { DiskState } from '../storage/diskGuard.ts'
import type { Store } from '../storage/store.ts'
import type { OfferAnswer } from './room.ts'
import { openLocalBus } from '../cluster/localBus.ts'
import { openRooms, type Rooms, type RoomsOptions } from './rooms.ts'

const { limits } = readConfig({ NURIE_LIMIT_IDLE_S: '10', NURIE_LIMIT_ROOM_BYTES: '1024' })
const page = { title: 'Page', width: 64, height: 64, png: Uint8Array.of(1) }
const sender = { guest: 'ann', role: 'edit' as const }

let store: Store
let rooms: Rooms
let journal: Journal
let coloring: ReturnType<typeof testColoring>
let failing: ReadonlySet<string> | undefined
let disk: DiskState

beforeEach(async () => {
  disk = 'well'
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  store = memoryStore()
  failing = undefined
  await open()
})
afterEach(() => {
  vi.useRealTimers()
})

async function open(more: Partial<RoomsOptions> = {}) {
  coloring = testColoring()
  journal = openJournal({
    append: (updates) => store.append(updates),
    onFailure: (ids) => {
      failing = ids
      rooms.putUnsaved(ids)
    },
  })
  rooms = openRooms({
    bus: openLocalBus(),
    store,
    journal,
    coloring: await coloring.open({ frame() {}, status() {} }),
    limits,
    log: openLog('silent'),
    disk: () => disk,
    ...more,
  })
}

const update = (change: (doc: Y.Doc) => void) => {
  const doc = new Y.Doc()
  change(doc)
  return Y.encodeStateAsUpdate(doc)
}
const painting = (id: string) => update((doc) => doc.getArray('strokes').push([strokeOf(id, 'ann')]))

describe('holding', () => {
  it('R1 concurrent holds share one load; an unknown room has none', async () => {
    const { id } = await rooms.create(page)
    const loads = vi.spyOn(store, 'log')
    const [a, b] = await Promise.all([rooms.hold(id), rooms.hold(id)])
    expect(a!.room).toBe(b!.room)
    expect(loads).toHaveBeenCalledTimes(1)
    expect(await rooms.hold('nowhere')).toBeUndefined()
  })

  it('R1 a failed load is forgotten: the next hold loads afresh', async () => {
    const { id } = await rooms.create(page)
    vi.spyOn(store, 'log').mockRejectedValueOnce(new Error('disk'))
    const failed = await Promise.allSettled([rooms.hold(id), rooms.hold(id)])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await rooms.hold(id))!.room.id).toBe(id)
  })

  it('R2 a room without holds unloads after the idle time; a hold cancels it', async () => {
    const { id } = await rooms.create(page)
    const first = (await rooms.hold(id))!
    first.release()
    first.release()
    await vi.advanceTimersByTimeAsync(9_999)
    const second = (await rooms.hold(id))!
    expect(second.room).toBe(first.room)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(rooms.open()).toBe(1)
    second.release()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(rooms.open()).toBe(0)
    expect((await rooms.hold(id))!.room).not.toBe(first.room)
  })

  it('R3 a room unloads only when all of it is on disk', async () => {
    const { id } = await rooms.create(page)
    const append = vi.spyOn(store, 'append').mockRejectedValueOnce(new Error('disk full'))
    const { room, release } = (await rooms.hold(id))!
    expect(room.offer(painting('a'), sender, undefined)).toBeUndefined()
    append.mockRejectedValue(new Error('disk full'))
    release()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(rooms.open()).toBe(1)
    append.mockRestore()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(rooms.open()).toBe(0)
    const again = (await rooms.hold(id))!
    expect(coloring.touches.at(-1)!.strokes.map((stroke) => stroke.id)).toEqual(['a'])
    again.release()
  })
})

describe('snapshots', () => {
  /** Paints with one Yjs client, a stroke an update, and waits until all is saved. */
  async function paint(room: Awaited<ReturnType<typeof rooms.hold>> & object, count: number) {
    const doc = new Y.Doc()
    for (let i = 0; i < count; i++) {
      const before = Y.encodeStateVector(doc)
      doc.getArray('strokes').push([strokeOf(`${i}`, 'ann')])
      room.room.offer(Y.encodeStateAsUpdate(doc, before), sender, undefined)
      if (i % 50 === 0) await room.room.saved()
    }
    await room.room.saved()
  }

  it('P8 one is made every so many entries and before the room leaves memory; a page is loaded from it', async () => {
    await open({ snapshotEvery: 100, limits: { ...limits, roomBytes: 1e6 } })
    const { id } = await rooms.create(page)
    const hold = (await rooms.hold(id))!
    const loaded = async () => {
      const { snapshot, entries } = await store.log(id)
      return [snapshot?.seq, entries.length]
    }
    await paint(hold, 99)
    expect(await loaded()).toEqual([undefined, 99])
    await paint(hold, 61)
    await vi.waitFor(async () => expect((await loaded())[0]).toBeGreaterThanOrEqual(100))
    hold.release()
    await vi.advanceTimersByTimeAsync(10_000)
    await vi.waitFor(() => expect(rooms.open()).toBe(0))
    expect(await loaded()).toEqual([160, 0])
    const again = (await rooms.hold(id))!
    expect(again.room.strokes()).toHaveLength(160)
    // Little has changed since: it is not worth one.
    await paint(again, 5)
    again.release()
    await vi.advanceTimersByTimeAsync(10_000)
    await vi.waitFor(() => expect(rooms.open()).toBe(0))
    expect(await loaded()).toEqual([160, 5])
  })

  it('P8 one that fails costs nothing else', async () => {
    await open({ snapshotEvery: 10, limits: { ...limits, roomBytes: 1e6 } })
    const { id } = await rooms.create(page)
    const hold = (await rooms.hold(id))!
    vi.spyOn(store, 'addSnapshot').mockRejectedValue(new Error('disk full'))
    await paint(hold, 60)
    hold.release()
    await vi.advanceTimersByTimeAsync(10_000)
    await vi.waitFor(() => expect(rooms.open()).toBe(0))
    expect((await rooms.hold(id))!.room.strokes()).toHaveLength(60)
  })
})

describe('saving', () => {
  it('P2 P4 an update is relayed and told saved only after the disk has it; failures are told', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    const told: string[] = []
    rooms.listen({
      relay: (_room, _update, from) => told.push(`relay ${String(from)}`),
      saved: (_room, clock) => told.push(`saved ${Object.values(clock).join()}`),
      notice: (_room, code) => told.push(code),
    })
    vi.spyOn(store, 'append').mockRejectedValueOnce(new Error('disk full'))
    room.offer(painting('a'), sender, 'ann’s socket')
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual(['not-saved'])
    expect([...failing!]).toEqual([id])
    expect(Object.values(room.durableClock())).toEqual([])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(told).toEqual(['not-saved', 'relay ann’s socket', 'saved 1'])
    expect(Object.values(room.durableClock())).toEqual([1])
  })

  it('P2 what is stored and relayed is what Yjs changed, nothing around it', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    const relayed: Uint8Array[] = []
    rooms.listen({ relay: (_room, bytes) => relayed.push(bytes) })
    const doc = new Y.Doc()
    doc.getArray('strokes').push([strokeOf('a', 'ann')])
    room.offer(Y.encodeStateAsUpdate(doc), sender, 1)
    doc.getArray('strokes').push([strokeOf('b', 'ann')])
    room.offer(Y.encodeStateAsUpdate(doc), sender, 1)
    room.offer(Y.encodeStateAsUpdate(doc), sender, 1)
    await room.saved()
    expect(relayed).toHaveLength(2)
    expect((await store.log(id)).entries.map(({ bytes }) => bytes)).toEqual(relayed)
    expect(Y.decodeUpdate(relayed[1]!).structs[0]!.id.clock).toBe(1)
  })

  it('R4 revisions start at 1, grow with every change, and are larger after every load', async () => {
    const { id } = await rooms.create(page)
    const first = (await rooms.hold(id))!
    expect(first.room.revision()).toBe(1)
    first.room.offer(painting('a'), sender, 1)
    expect(first.room.revision()).toBe(2)
    // A server that was killed: nothing is told.
    await open()
    const second = (await rooms.hold(id))!
    expect(second.room.revision()).toBeGreaterThan(2)
    const revisions = coloring.touches.map(({ revision }) => revision)
    expect(revisions).toEqual([second.room.revision()])
  })

  it('R4 more changes than one block of revisions', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    for (let i = 0; i < 25_000; i++) {
      room.live('ann', { stroke: 's', seq: 0, end: true })
      room.live('ann', {
        stroke: 's',
        seq: 0,
        tool: 'brush',
        color: 0,
        width: 8,
        points: Uint8Array.of(2, 2, 2),
      })
      if (i % 1000 === 0) await vi.advanceTimersByTimeAsync(0)
    }
    const last = room.revision()
    expect(last).toBeGreaterThan(25_000)
    await open()
    expect((await rooms.hold(id))!.room.revision()).toBeGreaterThan(last)
  })

  it('G6 a room takes so many bytes and no more; deleting makes room', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    const doc = new Y.Doc()
    const strokes = doc.getArray('strokes')
    let answer: OfferAnswer
    let count = 0
    while (answer === undefined) {
      const before = Y.encodeStateVector(doc)
      strokes.push([strokeOf(`s${count++}`, 'ann')])
      answer = room.offer(Y.encodeStateAsUpdate(doc, before), sender, 1)
    }
    expect(answer).toBe('page-full')
    expect((await room.missing(Uint8Array.of(0))).length).toBeLessThanOrEqual(1024)
    strokes.delete(0, count)
    expect(room.offer(Y.encodeStateAsUpdate(doc), sender, 1)).toBeUndefined()
    expect(coloring.touches.at(-1)!.strokes).toEqual([])
  })

  it('R5 a silent live stroke is forgotten', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    room.live('ann', {
      stroke: 's',
      seq: 0,
      tool: 'brush',
      color: 0,
      width: 8,
      points: Uint8Array.of(2, 2, 2),
    })
    expect(coloring.touches.at(-1)!.strokes).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(11_000)
    expect(coloring.touches.at(-1)!.strokes).toHaveLength(0)
  })

  it('R4 a swatch recolors its strokes', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    const doc = new Y.Doc()
    doc.getMap('palette').set('sky', { name: 'Sky', color: 1 })
    doc.getArray('strokes').push([{ ...strokeOf('a', 'ann'), swatch: 'sky' }])
    room.offer(Y.encodeStateAsUpdate(doc), sender, 1)
    expect(coloring.touches.at(-1)!.strokes[0]!.color).toBe(1)
    doc.getMap('palette').set('sky', { name: 'Sky', color: 2 })
    room.offer(Y.encodeStateAsUpdate(doc), sender, 1)
    expect(coloring.touches.at(-1)!.strokes[0]!.color).toBe(2)
  })
})

describe('ending', () => {
  it('A14 what was let in is on disk before the room goes, and no other room’s commit fails with it', async () => {
    const [{ id }, { id: other }] = [await rooms.create(page), await rooms.create(page)]
    const [gone, stays] = [(await rooms.hold(id))!.room, (await rooms.hold(other))!.room]
    const calls: string[] = []
    const { append, removeRoom } = store
    let commit: () => void = () => {}
    const disk = new Promise<void>((resolve) => (commit = resolve))
    store.append = async (updates) => {
      await disk
      calls.push(`append ${updates.length}`)
      return append(updates)
    }
    store.removeRoom = (room) => {
      calls.push('remove')
      return removeRoom(room)
    }
    const heard: (string | undefined)[] = []
    const session = {
      room: id,
      guest: { id: 'ann', name: '', color: '', role: 'edit' },
      generation: 0,
    } as const
    rooms.listen({ access: (room) => heard.push(room.standing({ ...session, keyMark: '' })) })
    for (const room of [gone, stays]) expect(room.offer(painting('one'), sender, null)).toBeUndefined()
    const points = encodePoints([1, 2, 255])
    gone.live('ann', { stroke: 'x', seq: 0, tool: 'brush', color: 1, width: 8, points }, 'a pen')
    const ended = rooms.end(gone)
    expect(gone.offer(painting('two'), sender, null)).toBe('room-ended')
    await expect(gone.act(() => {})).rejects.toMatchObject({ code: 'room-not-found' })
    await expect(rooms.end(gone)).rejects.toMatchObject({ code: 'room-not-found' })
    expect(await rooms.hold(id), 'nobody comes in any more').toBeUndefined()
    expect(stays.offer(painting('two'), sender, null)).toBeUndefined()
    expect(heard).toEqual([])
    commit()
    await ended
    await journal.settled()
    expect(calls.at(0)).toBe('append 1')
    expect(calls.filter((call) => call === 'remove')).toHaveLength(1)
    expect(failing, 'no commit failed').toBeUndefined()
    expect(heard).toEqual(['room-ended'])
    expect(await store.findRoom(id)).toBeUndefined()
    expect((await store.log(other)).entries).toHaveLength(2)
    expect(gone.leave('a pen'), 'its sockets close after it').toHaveLength(1)
    expect(rooms.open()).toBe(1)
  })

  it('A14 where the disk does not take it, the room goes on', async () => {
    const { id } = await rooms.create(page)
    const { room } = (await rooms.hold(id))!
    vi.spyOn(store, 'removeRoom').mockRejectedValueOnce(new Error('disk'))
    await expect(rooms.end(room)).rejects.toThrow('disk')
    expect(room.offer(painting('one'), sender, null)).toBeUndefined()
    await room.saved()
    vi.spyOn(store, 'append').mockImplementation(() => new Promise(() => {}))
    room.offer(painting('two'), sender, null)
    const stuck = expect(rooms.end(room)).rejects.toMatchObject({ code: 'not-saved' })
    await vi.advanceTimersByTimeAsync(5_000)
    await stuck
    expect((await rooms.hold(id))!.room).toBe(room)
  })
})

it('Q58 a server that was behind when a room’s history was removed reads the page anew', async () => {
  await open({ lookEveryMs: 1_000 })
  const { id } = await rooms.create(page)
  const { room, release } = (await rooms.hold(id))!
  const doc = new Y.Doc()
  const append = async (stroke: string) => {
    const before = Y.encodeStateVector(doc)
    doc.getArray('strokes').push([strokeOf(stroke, 'ann')])
    await store.append([{ room: id, guest: 'ann', bytes: Y.encodeStateAsUpdate(doc, before) }])
  }
  for (const stroke of ['one', 'two']) await append(stroke)
  const { usedAt } = (await store.roomUses())[0]!
  expect(await store.archiveRoom(id, { seq: 2, bytes: Y.encodeStateAsUpdate(doc) }, usedAt, 1)).toBe(true)
  await append('three')
  await room.catchUp()
  expect(room.strokes().map((stroke) => stroke.id)).toEqual(['one', 'two', 'three'])
  release()
})

/** What every store must do (store.ts). A driver's own test is this suite and what only it can do. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newKeys, newRoom } from '../rooms/access.ts'
import type { RoomContents, RoomUpdate, Store } from './store.ts'

const record = () => newRoom({ title: 'Two cats – 猫', width: 1400, height: 1312 }).record
const random = (count: number) => new Uint8Array(randomBytes(count))

const entry = (room: string, bytes: Uint8Array): RoomUpdate => ({ room, bytes, guest: 'ann' })

/** `store` is opened once for the whole suite; `reopen` closes it and opens the same data again, where that can be. */
export function storeContract(store: () => Store, reopen?: () => Promise<void>): void {
  const again = reopen ?? (() => Promise.resolve())

  describe('store contract', () => {
    it('P3 keeps a room and its line art as they were given', async () => {
      const room = record()
      const line = random(3000)
      await store().addRoom(room, line)
      await again()
      expect(await store().findRoom(room.id)).toEqual(room)
      expect(await store().linePng(room.id)).toEqual(line)
      expect(await store().log(room.id)).toEqual({ claims: new Map(), entries: [] })
    })

    it('Q56 tells when rooms were used, and what they were before somebody came back', async () => {
      const [room, other] = [record(), record()]
      await store().addRoom(room, random(30))
      await store().addRoom(other, random(30))
      const useOf = async (id: string) => (await store().roomUses()).find((use) => use.id === id)!
      const first = await useOf(room.id)
      expect(first.title).toBe(room.title)
      expect(Math.abs(first.usedAt - Date.now())).toBeLessThan(60_000)
      expect(await store().condemnRoom(room.id, first.usedAt - 1, 5_000)).toBe(false)
      expect(await store().condemnRoom(room.id, first.usedAt, 5_000)).toBe(true)
      expect((await useOf(room.id)).condemnedAt).toBe(5_000)
      const before = await store().use()
      expect(before.condemned).toBe(1)
      expect(before.bytes).toBeGreaterThan(1_000)
      expect(await store().useRooms([room.id, other.id, 'nobody'])).toEqual(new Map([[room.id, 'condemned']]))
      const { usedAt, ...use } = await useOf(room.id)
      expect(usedAt).toBeGreaterThanOrEqual(first.usedAt)
      expect(use).toEqual({ id: room.id, title: room.title, createdAt: first.createdAt })
      expect(await store().removeCondemned(room.id, 5_000)).toBe(false)
      expect(await store().condemnRoom(room.id, usedAt, 6_000)).toBe(true)
      expect(await store().removeCondemned(room.id, 6_000)).toBe(true)
      expect(await store().findRoom(room.id)).toBeUndefined()
      expect(await store().linePng(room.id)).toBeUndefined()
      expect(await store().findRoom(other.id)).toBeDefined()
    })

    it('Q57 an archived room keeps its page, its claims and what people named, and goes on from its number', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      const clocks = [{ client: 7, from: 0, to: 1 }]
      await store().append([{ ...entry(room.id, Uint8Array.of(1)), claims: [7], clocks }])
      const version = (id: string, kind: 'named' | 'automatic') =>
        store().addVersion(
          room.id,
          { id, kind, name: id, guest: 'ann', seq: 1, at: 1, strokes: 1 },
          { seq: 1, bytes: Uint8Array.of(1) },
          Uint8Array.of(9),
        )
      await version('kept', 'named')
      await version('gone', 'automatic')
      await store().append([entry(room.id, Uint8Array.of(2))])
      const { usedAt } = (await store().roomUses()).find(({ id }) => id === room.id)!
      const page = { seq: 2, bytes: Uint8Array.of(12) }
      expect(await store().archiveRoom(room.id, { ...page, seq: 1 }, usedAt, 9)).toBe(false)
      expect(await store().archiveRoom(room.id, page, usedAt - 1, 9)).toBe(false)
      expect(await store().entries(room.id, 1)).toHaveLength(2)
      expect(await store().archiveRoom(room.id, page, usedAt, 9)).toBe(true)
      await again()
      expect(await store().log(room.id)).toEqual({
        snapshot: page,
        entries: [],
        claims: new Map([[7, 'ann']]),
      })
      expect((await store().versions(room.id)).map(({ id }) => id)).toEqual(['kept'])
      expect(await store().version(room.id, 'kept')).toEqual({ seq: 1, bytes: Uint8Array.of(1) })
      expect((await store().roomSizes()).get(room.id)).toEqual({ bytes: 33, entries: 0, guests: 0 })
      expect(await store().useRooms([room.id])).toEqual(new Map([[room.id, 'archived']]))
      expect(await store().append([entry(room.id, Uint8Array.of(3))])).toEqual([3])
    })

    it('Q58 forgets a guest, and of what they made who it was; the others’ stays', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      const people = ['ann', 'bob'].map((id) => ({ id, name: id, color: '#d6336c', role: 'edit' }) as const)
      for (const guest of people) await store().putGuest(room.id, guest)
      const comment = { on: null, x: 1, y: 2, at: 5, edited: false, resolved: false }
      await store().putComment(room.id, { ...comment, id: 'a', guest: 'ann', text: 'my name is Ann' })
      await store().putComment(room.id, { ...comment, id: 'b', guest: 'ann', text: 'call me' })
      await store().putComment(room.id, { ...comment, id: 'c', on: 'b', guest: 'bob', text: 'I will' })
      const changes = (await store().heads([room.id])).get(room.id)!.changes
      await store().forgetGuest(room.id, 'ann')
      await again()
      expect((await store().guests(room.id)).map(({ id }) => id)).toEqual(['bob'])
      expect((await store().comments(room.id)).map(({ id, guest, text }) => [id, guest, text])).toEqual([
        ['b', '', '–'],
        ['c', 'bob', 'I will'],
      ])
      expect((await store().heads([room.id])).get(room.id)!.changes).toBeGreaterThan(changes)
    })

    it('Q59 after revisions were skipped none comes again that a later copy may have given', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      await store().reserveRevisions(room.id, 10)
      await store().skipRevisions(1_000_000_000)
      await again()
      expect(await store().reserveRevisions(room.id, 10)).toBe(1_000_000_011)
    })

    it('P3 adds a room with everything it brings along, or nothing of it', async () => {
      const room = record()
      const snapshot = { seq: 2, bytes: Uint8Array.of(12) }
      const version = { id: 'v', kind: 'named', name: 'x', guest: 'ann', seq: 1, at: 7, strokes: 3 } as const
      const comment = {
        id: 'c',
        on: null,
        guest: 'ann',
        x: 1,
        y: 2,
        text: 'hi',
        at: 5,
        edited: false,
        resolved: true,
      }
      const [picture, flats] = [random(20), random(20)]
      const region = { id: 'f', guest: 'ann', x: 1, y: 2, gap: 3, at: 4, left: 5, top: 6, picture, flats }
      const guest = { id: 'ann', name: 'Ann', color: '#d6336c', role: 'edit' } as const
      const contents: RoomContents = {
        guests: [guest],
        entries: [
          { at: 100, guest: '', bytes: Uint8Array.of(1) },
          { at: 200, guest: '', bytes: Uint8Array.of(2) },
        ],
        claims: new Map([[77, '']]),
        snapshot,
        versions: [{ version, snapshot: { seq: 1, bytes: Uint8Array.of(1) }, thumbnail: Uint8Array.of(9) }],
        finished: [region],
        comments: [comment],
      }
      await store().addRoom(room, random(30), contents)
      await again()
      expect(await store().log(room.id)).toEqual({ snapshot, entries: [], claims: new Map([[77, '']]) })
      expect(await store().entries(room.id, 1)).toEqual([
        { seq: 1, at: 100, guest: '', bytes: Uint8Array.of(1) },
        { seq: 2, at: 200, guest: '', bytes: Uint8Array.of(2) },
      ])
      expect(await store().append([entry(room.id, Uint8Array.of(3))])).toEqual([3])
      expect(await store().guests(room.id)).toEqual([{ ...guest, removed: false }])
      expect(await store().versions(room.id)).toEqual([version])
      expect(await store().version(room.id, 'v')).toEqual({ seq: 1, bytes: Uint8Array.of(1) })
      expect(await store().thumbnail(room.id, 'v')).toEqual(Uint8Array.of(9))
      expect(await store().finished(room.id)).toEqual([region])
      expect(await store().comments(room.id)).toEqual([comment])
      // Two finished regions of one id: the last thing but one that is written.
      const twice = record()
      await expect(
        store().addRoom(twice, random(30), { ...contents, finished: [region, region] }),
      ).rejects.toThrow()
      expect(await store().findRoom(twice.id)).toBeUndefined()
      expect(await store().entries(twice.id, 1)).toEqual([])
      expect(await store().versions(twice.id)).toEqual([])
    })

    it('P3 knows no room that was not added', async () => {
      expect(await store().findRoom('nowhere')).toBeUndefined()
      for (const odd of ['', 'no\0where', '\ud800', "' or '1'='1", '猫'.repeat(3000)]) {
        expect(await store().findRoom(odd)).toBeUndefined()
        expect(await store().version(odd, odd)).toBeUndefined()
      }
      expect(await store().linePng('nowhere')).toBeUndefined()
      expect(await store().log('nowhere')).toEqual({ claims: new Map(), entries: [] })
      expect(await store().guests('nowhere')).toEqual([])
      expect(await store().versions('nowhere')).toEqual([])
      await expect(store().changeRoom('nowhere', { locked: true })).rejects.toThrow()
      await expect(store().append([entry('nowhere', Uint8Array.of(1))])).rejects.toThrow()
    })

    it('P3 refuses a second room of an id, and keeps the first', async () => {
      const room = record()
      await store().addRoom(room, random(3000))
      await expect(store().addRoom({ ...room, title: 'Another' }, random(3000))).rejects.toThrow()
      expect(await store().findRoom(room.id)).toEqual(room)
    })

    it('P3 numbers each room’s entries and gives them back in order, over restarts', async () => {
      const [a, b] = [record(), record()]
      await store().addRoom(a, random(3000))
      await store().addRoom(b, random(3000))
      const bytes = Array.from({ length: 60 }, (_, i) => new Uint8Array([i, ...randomBytes(i)]))
      const numbers: number[] = []
      for (let i = 0; i < 60; i += 6) {
        const batch = bytes.slice(i, i + 6).map((each, k) => entry((i + k) % 2 === 0 ? a.id : b.id, each))
        numbers.push(...(await store().append(batch)))
        if (i === 30) await again()
      }
      await again()
      expect(numbers).toEqual(bytes.map((_, i) => 1 + (i >> 1)))
      const { entries, claims } = await store().log(a.id)
      expect(entries.map((each) => each.bytes)).toEqual(bytes.filter((_, i) => i % 2 === 0))
      expect(entries.map(({ seq, guest }) => [seq, guest])).toEqual(entries.map((_, i) => [i + 1, 'ann']))
      expect(claims.size).toBe(0)
      expect((await store().log(b.id)).entries.map((each) => each.bytes)).toEqual(
        bytes.filter((_, i) => i % 2 === 1),
      )
      expect((await store().entries(a.id, 28)).map(({ seq }) => seq)).toEqual([28, 29, 30])
    })

    it('P3 keeps what a snapshot holds and loads what follows it', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      await store().append([1, 2, 3].map((byte) => entry(room.id, Uint8Array.of(byte))))
      await store().addSnapshot(room.id, { seq: 2, bytes: Uint8Array.of(12) })
      await again()
      expect(await store().log(room.id)).toMatchObject({
        snapshot: { seq: 2, bytes: Uint8Array.of(12) },
        entries: [{ seq: 3, bytes: Uint8Array.of(3) }],
      })
      expect(await store().append([entry(room.id, Uint8Array.of(4))])).toEqual([4])
    })

    it('P8 of snapshots keeps the newest three, and those of versions until these go', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      for (let seq = 1; seq <= 6; seq++) {
        await store().append([entry(room.id, Uint8Array.of(seq))])
        const snapshot = { seq, bytes: Uint8Array.of(seq) }
        const version = {
          id: `v${seq}`,
          kind: 'named' as const,
          name: '',
          guest: '',
          seq,
          at: seq,
          strokes: 0,
        }
        if (seq <= 2) await store().addVersion(room.id, version, snapshot, random(3))
        else await store().addSnapshot(room.id, snapshot)
      }
      await store().addSnapshot(room.id, { seq: 5, bytes: Uint8Array.of(5) })
      const kept = async () => {
        const all = await Promise.all(
          ['v1', 'v2'].map(async (id) => (await store().version(room.id, id))?.bytes[0]),
        )
        return [...all, (await store().log(room.id)).snapshot?.seq]
      }
      await again()
      expect(await kept()).toEqual([1, 2, 6])
      await store().removeVersion(room.id, 'v1')
      expect(await kept()).toEqual([undefined, 2, 6])
      expect((await store().entries(room.id, 1)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    })

    it('Q1 tells who was overtaken in a Yjs client’s history that the room is further, and adds nothing', async () => {
      const [room, other] = [record(), record()]
      await store().addRoom(room, random(30))
      await store().addRoom(other, random(30))
      const step = (from: number, to: number, more: Partial<RoomUpdate> = {}): RoomUpdate => ({
        ...entry(room.id, Uint8Array.of(to)),
        clocks: [{ client: 77, from, to }],
        ...more,
      })
      const behind = { kind: 'behind' }
      await store().append([step(0, 2, { claims: [77] })])
      await again()
      await expect(store().append([step(0, 3)])).rejects.toMatchObject(behind)
      await expect(store().append([step(3, 4)])).rejects.toMatchObject(behind)
      const elsewhere = entry(other.id, Uint8Array.of(1))
      await expect(store().append([elsewhere, step(1, 4)])).rejects.toMatchObject(behind)
      await expect(store().append([step(2, 3, { guest: 'bob', claims: [77] })])).rejects.toMatchObject(behind)
      expect(await store().append([step(2, 5), step(5, 6)])).toEqual([2, 3])
      expect((await store().log(other.id)).entries).toEqual([])
      expect((await store().log(room.id)).claims).toEqual(new Map([[77, 'ann']]))
    })

    it('Q2 tells how far rooms are: their last entry, and how often anything else of them changed', async () => {
      const [room, other] = [record(), record()]
      await store().addRoom(room, random(30))
      await store().addRoom(other, random(30))
      const headOf = async (id: string) => (await store().heads([id, 'nowhere'])).get(id)
      const began = (await headOf(room.id))!
      expect(began.seq).toBe(0)
      await store().append([entry(room.id, Uint8Array.of(1)), entry(room.id, Uint8Array.of(2))])
      expect(await headOf(room.id)).toEqual({ seq: 2, changes: began.changes })
      let { changes } = began
      const guest = { id: 'ann', name: 'Ann', color: '#d6336c', role: 'edit' } as const
      const comment = {
        id: 'c',
        on: null,
        guest: 'ann',
        x: 1,
        y: 2,
        text: 'hi',
        at: 5,
        edited: false,
        resolved: false,
      }
      const region = {
        id: 'f',
        guest: 'ann',
        x: 1,
        y: 2,
        gap: 3,
        at: 4,
        left: 5,
        top: 6,
        picture: random(9),
        flats: random(9),
      }
      for (const change of [
        () => store().changeRoom(room.id, { locked: true }),
        () => store().putGuest(room.id, guest),
        () => store().removeGuest(room.id, 'ann'),
        () => store().addFinished(room.id, region),
        () => store().removeFinished(room.id, 'f'),
        () => store().putComment(room.id, comment),
        () => store().putComment(room.id, { ...comment, text: 'ho' }),
        () => store().removeComment(room.id, 'c'),
      ]) {
        await change()
        const now = (await headOf(room.id))!
        expect(now.changes).toBeGreaterThan(changes)
        ;({ changes } = now)
      }
      await again()
      expect(await store().heads([other.id, room.id])).toEqual(
        new Map([
          [other.id, { seq: 0, changes: 0 }],
          [room.id, { seq: 2, changes }],
        ]),
      )
      await store().removeRoom(room.id)
      expect((await store().heads([room.id])).size).toBe(0)
    })

    it('P3 appends bytes that are a part of a larger buffer, and empty lists', async () => {
      const room = record()
      await store().addRoom(room, random(3000))
      const large = random(1000)
      await store().append([entry(room.id, large.subarray(100, 110))])
      expect(await store().append([])).toEqual([])
      expect((await store().log(room.id)).entries.map(({ bytes }) => bytes)).toEqual([large.slice(100, 110)])
    })

    it('P3 keeps whose a Yjs client is: the first one’s', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      await store().append([{ ...entry(room.id, Uint8Array.of(1)), claims: [7, 2 ** 32 - 1] }])
      const bobs = { ...entry(room.id, Uint8Array.of(2)), guest: 'bob' }
      await expect(store().append([{ ...bobs, claims: [7] }])).rejects.toMatchObject({ kind: 'behind' })
      await store().append([{ ...bobs, claims: [8] }])
      await again()
      expect((await store().log(room.id)).claims).toEqual(
        new Map([
          [7, 'ann'],
          [8, 'bob'],
          [2 ** 32 - 1, 'ann'],
        ]),
      )
    })

    it('P3 changes what is asked of a room and nothing else', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      const change = { locked: true, keyHashes: newKeys().hashes, generations: { host: 0, edit: 3, view: 1 } }
      await store().changeRoom(room.id, change)
      await store().changeRoom(room.id, { title: 'New' })
      await again()
      expect(await store().findRoom(room.id)).toEqual({ ...room, ...change, title: 'New' })
    })

    it('P3 keeps guests as they were last; who was removed stays removed', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      const ann = { id: 'ann', name: 'Ann', color: '#ff0000', role: 'edit' as const }
      await store().putGuest(room.id, ann)
      await store().removeGuest(room.id, 'ann')
      await store().removeGuest(room.id, 'nobody')
      await store().putGuest(room.id, { ...ann, name: 'Anna' })
      await again()
      expect(await store().guests(room.id)).toEqual([{ ...ann, name: 'Anna', removed: true }])
    })

    it('P3 keeps versions, newest first', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      await store().append([1, 2].map((byte) => entry(room.id, Uint8Array.of(byte))))
      const about = { kind: 'named' as const, name: 'Blue 猫', guest: 'ann', strokes: 7 }
      const version = { ...about, id: 'v1', seq: 1, at: 1000 }
      await store().addVersion(room.id, version, { seq: 1, bytes: Uint8Array.of(11) }, Uint8Array.of(1))
      const newer = { ...version, id: 'v2', seq: 2, at: 2000 }
      await store().addVersion(room.id, newer, { seq: 2, bytes: Uint8Array.of(12) }, Uint8Array.of(2))
      await again()
      expect(await store().versions(room.id)).toEqual([newer, version])
      expect(await store().version(room.id, 'v1')).toEqual({ seq: 1, bytes: Uint8Array.of(11) })
      expect(await store().thumbnail(room.id, 'v2')).toEqual(Uint8Array.of(2))
      await store().changeVersion(room.id, 'v2', { kind: 'automatic', name: '' })
      await store().changeVersion(room.id, 'nothing', { kind: 'automatic', name: '' })
      expect(await store().versions(room.id)).toEqual([{ ...newer, kind: 'automatic', name: '' }, version])
      await store().removeVersion(room.id, 'v2')
      expect(await store().versions(room.id)).toEqual([version])
      expect(await store().version(room.id, 'v2')).toBeUndefined()
    })

    it('M3 keeps finished regions with their pictures, oldest first, until they are opened again', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      const region = (id: string, at: number) => ({
        ...{ id, guest: 'ann', x: 8, y: 4096 * 8, gap: 0, left: 3, top: 511, at },
        picture: random(900),
        flats: random(20),
      })
      const [first, second] = [region('a', 1000), region('b', 1000)]
      await store().addFinished(room.id, first)
      await store().addFinished(room.id, second)
      await expect(store().addFinished(room.id, first)).rejects.toThrow()
      await again()
      expect(await store().finished(room.id)).toEqual([first, second])
      await store().removeFinished(room.id, 'a')
      await store().removeFinished(room.id, 'nothing')
      expect(await store().finished(room.id)).toEqual([second])
      await store().removeRoom(room.id)
      await again()
      expect(await store().finished(room.id)).toEqual([])
    })

    it('M7 keeps comments as they were last, oldest first, until they are removed with what answers them', async () => {
      const room = record()
      await store().addRoom(room, random(30))
      const comment = (id: string, on: string | null, at: number) => ({
        ...{
          id,
          on,
          at,
          guest: 'ann',
          x: 8,
          y: 16,
          text: 'Blue here?\n猫 <b>',
          edited: false,
          resolved: false,
        },
      })
      const [first, answer, other] = [comment('a', null, 1), comment('b', 'a', 2), comment('c', null, 2)]
      for (const each of [first, answer, other]) await store().putComment(room.id, each)
      await store().putComment(room.id, { ...first, text: 'Red', edited: true, resolved: true })
      await again()
      const changed = { ...first, text: 'Red', edited: true, resolved: true }
      expect(await store().comments(room.id)).toEqual([changed, answer, other])
      await store().removeComment(room.id, 'a')
      await store().removeComment(room.id, 'nothing')
      expect(await store().comments(room.id)).toEqual([other])
      await store().removeRoom(room.id)
      await again()
      expect(await store().comments(room.id)).toEqual([])
    })

    it('P3 removes a room and everything of it', async () => {
      const [room, other] = [record(), record()]
      for (const { id } of [room, other]) {
        await store().addRoom({ ...room, id }, random(30))
        await store().append([entry(id, Uint8Array.of(1))])
      }
      await store().removeRoom(room.id)
      await again()
      expect(await store().findRoom(room.id)).toBeUndefined()
      expect(await store().linePng(room.id)).toBeUndefined()
      expect((await store().log(room.id)).entries).toEqual([])
      await expect(store().append([entry(room.id, Uint8Array.of(1))])).rejects.toThrow()
      expect((await store().log(other.id)).entries).toHaveLength(1)
    })

    it('R4 reserves revisions that were never reserved, over restarts', async () => {
      const room = record()
      await store().addRoom(room, random(3000))
      expect(await store().reserveRevisions(room.id, 100)).toBe(1)
      await again()
      expect(await store().reserveRevisions(room.id, 10)).toBe(101)
      expect(await store().reserveRevisions(room.id, 10)).toBe(111)
      await expect(store().reserveRevisions('nowhere', 10)).rejects.toThrow()
    })

    it('P3 probes', async () => {
      await expect(store().probe()).resolves.toBeUndefined()
    })
  })
}

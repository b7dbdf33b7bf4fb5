import { expect, it } from 'vitest'
import { openJournal } from './journal.ts'
import type { RoomUpdate } from './store.ts'
import { StoreFault, type FaultKind } from './storeFault.ts'

/** A disk whose commits end when the test says so. */
function open() {
  const commits: { updates: readonly RoomUpdate[]; end(): void; fail(kind?: FaultKind): void }[] = []
  const failures: string[][] = []
  const pauses: number[] = []
  let recoveries = 0
  const journal = openJournal({
    append: (updates) =>
      new Promise((resolve, reject) => {
        commits.push({
          updates,
          end: () => resolve(updates.map((_, index) => index + 1)),
          fail: (kind = 'full') => reject(new StoreFault(kind, kind)),
        })
      }),
    onFailure: (rooms) => failures.push([...rooms]),
    onRecovery: () => recoveries++,
    pause: (milliseconds) => {
      pauses.push(milliseconds)
      return Promise.resolve()
    },
  })
  const done: number[] = []
  const write = (byte: number, room = 'r') =>
    void journal.write({ room, bytes: Uint8Array.of(byte), guest: 'ann' }).then(() => done.push(byte))
  const ticks = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }
  return { journal, commits, failures, pauses, done, write, ticks, recoveries: () => recoveries }
}
const bytesOf = (commit: { updates: readonly RoomUpdate[] }) => commit.updates.map(({ bytes }) => bytes[0])

it('P1 a commit carries, in order, everything that came during the one before', async () => {
  const { commits, done, write, ticks } = open()
  write(1)
  write(2)
  write(3)
  await ticks()
  expect(commits.map(bytesOf)).toEqual([[1]])
  expect(done).toEqual([])
  commits[0]!.end()
  await ticks()
  expect(done).toEqual([1])
  expect(commits.map(bytesOf)).toEqual([[1], [2, 3]])
  commits[1]!.end()
  await ticks()
  expect(done).toEqual([1, 2, 3])
})

it('P1 a write made when a commit ends is carried too', async () => {
  const { journal, commits, ticks } = open()
  void journal.write({ room: 'r', bytes: Uint8Array.of(1), guest: 'ann' }).then(() => {
    void journal.write({ room: 'r', bytes: Uint8Array.of(2), guest: 'ann' })
  })
  for (let i = 0; i < 2; i++) {
    await ticks()
    commits[i]!.end()
  }
  expect(commits.map(bytesOf)).toEqual([[1], [2]])
})

it('P4 a failed commit is tried again with growing pauses until it succeeds, in order; all who wait are told', async () => {
  const { commits, failures, pauses, done, write, ticks, recoveries } = open()
  write(1, 'a')
  await ticks()
  write(2, 'b')
  write(3, 'a')
  commits[0]!.fail()
  await ticks()
  for (let i = 1; i < 8; i++) {
    commits[i]!.fail()
    await ticks()
  }
  expect(done).toEqual([])
  expect(failures).toEqual([['a'], ...new Array<string[]>(7).fill(['a', 'b'])])
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
  expect(recoveries()).toBe(0)
  expect(bytesOf(commits[8]!)).toEqual([1, 3, 2])
  commits[8]!.end()
  await ticks()
  expect(done).toEqual([1, 3, 2])
  expect(recoveries()).toBe(1)
  write(4, 'a')
  await ticks()
  commits[9]!.fail()
  await ticks()
  expect(pauses.at(-1)).toBe(100)
})

it('P4 a fault of one room’s own stops that room alone, and what it writes meanwhile does not overtake', async () => {
  const { commits, failures, done, write, ticks } = open()
  write(0, 'z')
  await ticks()
  write(1, 'hurt')
  write(2, 'well')
  commits[0]!.end()
  await ticks()
  expect(bytesOf(commits[1]!)).toEqual([1, 2])
  commits[1]!.fail('damaged')
  await ticks()
  write(3, 'hurt')
  commits[2]!.fail('damaged')
  await ticks()
  commits[3]!.end()
  await ticks()
  expect(done).toEqual([0, 2])
  expect(failures).toEqual([['hurt']])
  expect(bytesOf(commits[4]!)).toEqual([1, 3])
})

it('P4 of a room that is gone nothing is tried again', async () => {
  const { journal, commits, failures, done, write, ticks } = open()
  write(1, 'gone')
  await ticks()
  commits[0]!.fail('no-room')
  await journal.settled()
  write(2)
  await ticks()
  commits[1]!.end()
  await journal.settled()
  expect(done).toEqual([2])
  expect(failures).toEqual([])
})

it('P4 closing gives up retrying', async () => {
  const { journal, commits, done, write, ticks } = open()
  write(1)
  await ticks()
  const closed = journal.close()
  commits[0]!.fail()
  await closed
  await journal.settled()
  expect(done).toEqual([])
  expect(commits).toHaveLength(1)
})

import { expect, it } from 'vitest'
import { openJournal } from './journal.ts'
import type { RoomUpdate } from './store.ts'

/** A disk whose commits end when the test says so. */
function open() {
  const commits: { updates: readonly RoomUpdate[]; end(): void; fail(): void }[] = []
  const failures: string[][] = []
  const pauses: number[] = []
  const journal = openJournal({
    append: (updates) =>
      new Promise((resolve, reject) => {
        commits.push({
          updates,
          end: () => resolve(updates.map((_, index) => index + 1)),
          fail: () => reject(new Error('disk full')),
        })
      }),
    onFailure: (rooms) => failures.push([...rooms]),
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
  return { journal, commits, failures, pauses, done, write, ticks }
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

it('P4 a failed commit is tried again with growing pauses until it succeeds, in order', async () => {
  const { commits, failures, pauses, done, write, ticks } = open()
  write(1, 'a')
  await ticks()
  write(2, 'b')
  for (let i = 0; i < 8; i++) {
    commits[i]!.fail()
    await ticks()
  }
  expect(done).toEqual([])
  expect(failures).toEqual(new Array(8).fill(['a']))
  expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
  commits[8]!.end()
  await ticks()
  commits[9]!.end()
  await ticks()
  expect(done).toEqual([1, 2])
})

it('P4 closing gives up retrying', async () => {
  const { journal, commits, done, write, ticks } = open()
  write(1)
  await ticks()
  const closed = journal.close()
  commits[0]!.fail()
  await closed
  expect(done).toEqual([])
})

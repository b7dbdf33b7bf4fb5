import { expect, it } from 'vitest'
import { decodeMaking } from '../../shared/making.ts'
import type { LogEntry, VersionRecord } from '../storage/store.ts'
import { readMaking } from './readMaking.ts'

const entry = (seq: number): LogEntry => ({ seq, at: 1000 + seq, guest: 'ann', bytes: Uint8Array.of(seq) })
const entries = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => entry(from + i))
const document = (seq: number) => ({ seq, bytes: Uint8Array.of(100 + seq) })

/** A store whose log begins at some entry; versions by number, newest first. */
async function read(log: LogEntry[], versions: number[] = [], snapshot?: number) {
  const making = await readMaking(
    {
      entries: () => Promise.resolve(log),
      versions: () => Promise.resolve(versions.map((seq) => ({ id: `${seq}`, seq }) as VersionRecord)),
      version: (_, id) => Promise.resolve(id === '0' ? undefined : document(Number(id))),
      log: () =>
        Promise.resolve({
          claims: new Map(),
          entries: [],
          ...(snapshot !== undefined && { snapshot: document(snapshot) }),
        }),
    },
    'room',
  )
  const { base, steps } = decodeMaking(making)
  return [base?.[0], steps.map(({ bytes }) => bytes[0])]
}

it('T11 the whole log is the making; an empty one is none', async () => {
  expect(await read(entries(1, 3))).toEqual([undefined, [1, 2, 3]])
  expect(await read([])).toEqual([undefined, []])
})

it('T11 where the log’s beginning is gone, the oldest document that it goes on from is the beginning', async () => {
  expect(await read(entries(5, 8), [7, 6, 2], 8)).toEqual([106, [7, 8]])
  expect(await read(entries(5, 8), [4], 8)).toEqual([104, [5, 6, 7, 8]])
  expect(await read(entries(5, 8), [2], 6)).toEqual([106, [7, 8]])
  // All of it is in the snapshot.
  expect(await read([], [2], 8)).toEqual([108, []])
})

it('T11 ends before an entry that was damaged', async () => {
  expect(await read([...entries(1, 2), ...entries(4, 6)])).toEqual([undefined, [1, 2]])
})

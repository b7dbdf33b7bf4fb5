/** Files with bytes that are wrong or missing: what is served is right as far as it goes, and where it ends is told. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { seeded } from '../../shared/golden.fixture.ts'
import { newRoom } from '../rooms/access.ts'
import { examinePages, examineRoom, isDamaged, openForReading } from './doctor/examine.ts'
import { openCalls, type SqliteCalls } from './sqlite/sqliteCalls.ts'
import { faultKindOf } from './storeFault.ts'
import { mendWal } from './sqlite/wal.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterAll(() => rmSync(folder, { recursive: true }))

const bounds = { entries: 1e6, bytes: 1e9 }
const COUNT = 40
const bytesOf = (room: string, seq: number) =>
  new TextEncoder().encode(`${room} ${seq} `.padEnd(20 + (seq % 300), '.'))

/** What a killed server leaves: of two rooms the first half in the file, the rest in the log beside it. */
function killed() {
  const file = join(folder, 'killed.db')
  const calls = openCalls(file, bounds)
  for (const id of ['a', 'b']) {
    calls.addRoom({ ...newRoom({ title: id, width: 1, height: 1 }).record, id }, new Uint8Array(500).fill(1))
  }
  /** Bytes of the log when each entry was told saved. */
  const walAt: number[] = []
  let main = Buffer.alloc(0)
  for (let seq = 1; seq <= COUNT; seq++) {
    calls.append(['a', 'b'].map((room) => ({ room, bytes: bytesOf(room, seq), guest: 'ann' })))
    walAt.push(statSync(`${file}-wal`).size)
    if (seq === COUNT / 2) {
      calls.addSnapshot('a', { seq, bytes: bytesOf('a', seq) })
      checkpoint(file)
      main = readFileSync(file)
    }
  }
  // The log began anew after the checkpoint.
  return { main, wal: readFileSync(`${file}-wal`), walAt }
}

function checkpoint(file: string): void {
  const other = openCalls(file, bounds)
  other.close()
}

const { main, wal, walAt } = killed()

function withFiles<T>(files: { main: Buffer; wal: Buffer }, work: (file: string) => T): T {
  const file = join(folder, 'hurt.db')
  for (const end of ['', '-wal', '-shm', '-wal.damaged-now']) rmSync(file + end, { force: true })
  writeFileSync(file, files.main)
  writeFileSync(`${file}-wal`, files.wal)
  return work(file)
}

/** Asserts that what is loaded is a beginning of the truth; gives how far it goes and whether that is told. */
function load(calls: SqliteCalls, room: string): { seq: number; isTold: boolean } {
  const { snapshot, entries, damagedAt } = calls.log(room)
  if (snapshot) expect(Buffer.from(snapshot.bytes).equals(bytesOf(room, snapshot.seq))).toBe(true)
  for (const { seq, bytes } of entries) expect(Buffer.from(bytes).equals(bytesOf(room, seq))).toBe(true)
  return { seq: entries.at(-1)?.seq ?? snapshot?.seq ?? 0, isTold: damagedAt !== undefined }
}

it('P17 a log cut off anywhere keeps everything that was told saved before', () => {
  const random = seeded(3)
  for (let i = 0; i < 60; i++) {
    const length = random(wal.length + 1)
    withFiles({ main, wal: wal.subarray(0, length) }, (file) => {
      const calls = openCalls(file, bounds)
      const told = walAt.findLastIndex((size, index) => index >= COUNT / 2 && size <= length) + 1
      for (const room of ['a', 'b']) {
        const { seq, isTold } = load(calls, room)
        expect(isTold).toBe(false)
        expect(seq).toBeGreaterThanOrEqual(Math.max(told, COUNT / 2))
      }
      expect(calls.append([{ room: 'a', bytes: Uint8Array.of(1), guest: '' }])[0]).toBeGreaterThan(told)
      calls.close()
    })
  }
})

it('P17 of 200 wrong bytes none makes a page that is wrong without a word, and a room is as a rule whole', () => {
  const random = seeded(5)
  let wholeRooms = 0
  for (let i = 0; i < 200; i++) {
    const files = { main: Buffer.from(main), wal: Buffer.from(wal) }
    const at = random(main.length + wal.length)
    const [part, offset] = at < main.length ? [files.main, at] : [files.wal, at - main.length]
    part[offset]! ^= 1 << random(8)
    withFiles(files, (file) => {
      mendWal(file, 'now')
      const found = (['a', 'b'] as const).map((room) => {
        try {
          const calls = openCalls(file, bounds)
          const { seq, isTold } = load(calls, room)
          if (seq === COUNT) wholeRooms++
          return seq === COUNT || isTold
        } catch (error) {
          expect(faultKindOf(error), `byte ${at}: ${String(error)}`).toBe('damaged')
          return true
        }
      })
      if (found.every(Boolean)) return
      // Not told by the load: then by the examination that follows every start.
      const database = openForReading(file)
      const isFound =
        examinePages(database).length > 0 || ['a', 'b'].some((room) => isDamaged(examineRoom(database, room)))
      // Only of the last transaction it cannot be told whether it was finished.
      const isLastOnly = at >= main.length + walAt.at(-2)!
      expect(isFound || isLastOnly, `byte ${at} of ${main.length} + ${wal.length}`).toBe(true)
      database.close()
    })
  }
  expect(wholeRooms).toBeGreaterThan(360)
}, 120_000)

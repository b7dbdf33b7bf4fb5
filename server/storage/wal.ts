/**
 * SQLite's write-ahead log (https://sqlite.org/fileformat2.html#walformat). What a crash cut off at its end SQLite leaves out by
 * itself, and nobody was told that it is saved. But after one wrong byte in its middle SQLite leaves out everything behind it
 * too, without a word, though that was acknowledged. So the log is looked at before it is opened: when transactions lie behind a
 * damaged frame, a copy is kept of it and the operator told.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'

const HEADER = 32
const FRAME_HEADER = 24

export type WalDamage = {
  /** Transactions that were written whole and cannot be read any more. */
  lost: number
  /** Where the log lies as it was. */
  copy: string
}

/** Looks at the log of the database at `file`, which nobody may have open. Undefined when nothing is lost. */
export function keepDamagedWal(file: string, stamp: string): WalDamage | undefined {
  const path = `${file}-wal`
  const lost = existsSync(path) ? lostTransactions(readFileSync(path)) : 0
  if (lost === 0) return undefined
  const copy = `${path}.damaged-${stamp}`
  copyFileSync(path, copy)
  return { lost, copy }
}

/** Of a log's transactions those that are whole but lie behind something that is not. */
export function lostTransactions(wal: Buffer): number {
  if (wal.length < HEADER + FRAME_HEADER) return 0
  // The last bit of the magic number tells in which order the sums read their words.
  const readWord = (wal.readUInt32BE(0) & 1) === 1 ? wal.readUInt32BE.bind(wal) : wal.readUInt32LE.bind(wal)
  const isSum = (seedAt: number | undefined, parts: [from: number, length: number][], sumAt: number) => {
    let [a, b] = seedAt === undefined ? [0, 0] : [wal.readUInt32BE(seedAt), wal.readUInt32BE(seedAt + 4)]
    for (const [from, length] of parts) {
      for (let at = from; at < from + length; at += 8) {
        a = (a + readWord(at) + b) >>> 0
        b = (b + readWord(at + 4) + a) >>> 0
      }
    }
    return a === wal.readUInt32BE(sumAt) && b === wal.readUInt32BE(sumAt + 4)
  }
  const isHeaderGood = isSum(undefined, [[0, 24]], 24)
  // Of a header that is damaged nothing is known; Nurie's pages have 4096 bytes.
  const pageSize = isHeaderGood ? wal.readUInt32BE(8) : 4096
  const size = FRAME_HEADER + pageSize
  const isOfThisLog = (at: number) =>
    isHeaderGood
      ? wal.compare(wal, 16, 24, at + 8, at + 16) === 0
      : wal.compare(wal, HEADER + 8, HEADER + 16, at + 8, at + 16) === 0
  let isBroken = !isHeaderGood
  let lost = 0
  for (let at = HEADER; at + size <= wal.length; at += size) {
    // By what stands in the frame before, right or wrong: so a frame behind a damaged one is known to be good.
    const seedAt = at === HEADER ? 24 : at - size + 16
    const isGood =
      isOfThisLog(at) &&
      isSum(
        seedAt,
        [
          [at, 8],
          [at + FRAME_HEADER, pageSize],
        ],
        at + 16,
      )
    const isCommit = wal.readUInt32BE(at + 4) !== 0
    if (!isGood) isBroken = true
    else if (isBroken && isCommit) lost++
  }
  return lost
}

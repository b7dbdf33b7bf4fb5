/**
 * SQLite's write-ahead log (https://sqlite.org/fileformat2.html#walformat). What a crash cut off at its end SQLite leaves out by
 * itself, and nobody was told that it is saved. But after one wrong byte in its middle SQLite leaves out everything behind it
 * too, without a word, though that was acknowledged, for every room. So the log is looked at before it is opened: where whole
 * transactions lie behind a damaged frame, a copy is kept of it and its sums are made to match again. One wrong byte is as a
 * rule put right; what cannot be is bytes of one page then, and the sums of the rows on it tell.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'

const HEADER = 32
const FRAME_HEADER = 24
/** Of Nurie's pages. */
const PAGE = 4096
/** Of a log whose sums read words in the order of these machines' memory, little end first; others are left alone. */
const MAGIC = 0x377f0682
const VERSION = 3_007_000

export type WalDamage = {
  /** Frames that were not as they were written. */
  frames: number
  /** Transactions behind the first of them, which are there again. */
  transactions: number
  /** Where the log lies as it was. */
  copy: string
}

/** Mends the log of the database at `file`, which nobody may have open. Undefined, and nothing touched, when it needs none. */
export function mendWal(file: string, stamp: string): WalDamage | undefined {
  const path = `${file}-wal`
  const wal = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  const mended = mend(wal)
  if (!mended) return undefined
  const copy = `${path}.damaged-${stamp}`
  copyFileSync(path, copy)
  const handle = openSync(`${path}.mended`, 'w')
  writeSync(handle, mended.wal)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${path}.mended`, path)
  return { frames: mended.frames, transactions: mended.transactions, copy }
}

/** The log as SQLite will read it, if that is more than it reads of `wal`. */
export function mend(wal: Buffer): { wal: Buffer; frames: number; transactions: number } | undefined {
  if (wal.length < HEADER + 2 * (FRAME_HEADER + PAGE)) return undefined
  // A copy whose words lie where they can be read as words.
  const log = new Log(new Uint8Array(wal).buffer)
  const isHeaderGood = log.isHeaderGood()
  if (!isHeaderGood) log.restoreHeader()
  const frames = log.frames()
  for (const frame of frames) if (!frame.isGood) log.correct(frame)
  // A transaction with a damaged frame counts only if a later one was begun: then it was on disk.
  let end = frames.findLastIndex(({ isGood, isCommit }) => isGood && isCommit)
  const begin = frames.findLastIndex(({ isCommit }, index) => isCommit && index < end) + 1
  if (frames.slice(begin, end + 1).some(({ isGood }) => !isGood)) end = begin - 1
  const whole = frames.slice(0, end + 1)
  const firstHurt = isHeaderGood ? whole.findIndex(({ wasGood }) => !wasGood) : 0
  if (firstHurt < 0 || whole.length === 0) return undefined
  log.writeSums(whole)
  const behind = whole.slice(firstHurt)
  return {
    wal: log.until(whole.length),
    frames: whole.filter(({ wasGood }) => !wasGood).length,
    transactions: behind.filter(({ isCommit }) => isCommit).length,
  }
}

type Sums = readonly [number, number]
/** `wasGood`: SQLite will find it good, if it gets so far. `isGood`: it is as it was written but for its sum. */
type Frame = { index: number; wasGood: boolean; isGood: boolean; isCommit: boolean }

class Log {
  readonly #view: DataView
  readonly #words: Uint32Array
  readonly #bytes: Uint8Array
  #pageSize: number

  constructor(buffer: ArrayBuffer) {
    this.#view = new DataView(buffer)
    this.#bytes = new Uint8Array(buffer)
    this.#words = new Uint32Array(buffer, 0, buffer.byteLength >> 2)
    this.#pageSize = this.#view.getUint32(8)
  }

  isHeaderGood(): boolean {
    return this.#view.getUint32(0) === MAGIC && same(this.#sum([0, 0], 0, 24), this.#stored(24))
  }

  /** From what is the same in every log of ours, and from the salts that the frames repeat. */
  restoreHeader(): void {
    this.#view.setUint32(0, MAGIC)
    this.#view.setUint32(4, VERSION)
    this.#view.setUint32(8, PAGE)
    this.#pageSize = PAGE
    const second = HEADER + FRAME_HEADER + PAGE
    this.#bytes.copyWithin(16, second + 8, second + 16)
    // Where only the rest was wrong, the first frame tells that the sum was right.
    if (!this.#isSumOf(0, this.#stored(24))) this.#write(24, this.#sum([0, 0], 0, 24))
  }

  /** Those of this log: behind them lie such of an earlier one, with other salts. */
  frames(): Frame[] {
    const frames: Frame[] = []
    for (let index = 0; this.#at(index + 1) <= this.#bytes.length; index++) {
      if (!this.#hasSalts(index) && !this.#hasSalts(index + 1)) break
      // By what stands in the frame before, right or wrong: so a frame behind a damaged one is known to be good.
      const wasGood = this.#hasSalts(index) && this.#isSumOf(index, this.#seed(index))
      let isGood = wasGood
      const before = frames.at(-1)
      if (!isGood && before && !before.isGood) {
        // If it goes on from what the sum before should be, that sum alone was wrong.
        isGood = this.#isSumOf(index, this.#sumOf(index - 1, this.#seed(index - 1)))
        if (isGood) before.isGood = true
      }
      frames.push({ index, wasGood, isGood, isCommit: this.#isCommit(index) })
    }
    return frames
  }

  /**
   * One wrong byte is found by the sums: what a change of a word adds to them depends on nothing but where the word stands. For
   * the last byte of a word there may be several places; then the frame stays as it is.
   */
  correct(frame: Frame): void {
    const sums = this.#sumOf(frame.index, this.#seed(frame.index))
    const stored = this.#stored(this.#at(frame.index) + 16)
    const missing: Sums = [(stored[0] - sums[0]) | 0, (stored[1] - sums[1]) | 0]
    const found: { at: number; value: number }[] = []
    // What one more in the first and in the second word of a pair adds: of the last pair, then of those before.
    let first: Sums = [1, 1]
    let second: Sums = [0, 1]
    for (let pair = this.#pageSize >> 3; pair >= 0; pair--) {
      const at = this.#at(frame.index) + (pair === 0 ? 0 : FRAME_HEADER + 8 * (pair - 1))
      found.push(...this.#fitting(at, first, missing), ...this.#fitting(at + 4, second, missing))
      first = onePairEarlier(first)
      second = onePairEarlier(second)
    }
    if (found.length !== 1) return
    this.#bytes[found[0]!.at] = found[0]!.value
    frame.isGood = true
    frame.isCommit = this.#isCommit(frame.index)
  }

  /** The bytes of a word of which another value makes the sums what they should be. */
  #fitting(word: number, [p, q]: Sums, missing: Sums): { at: number; value: number }[] {
    const found: { at: number; value: number }[] = []
    for (let byte = 0; byte < 4; byte++) {
      const at = word + byte
      for (let value = 0; value < 256; value++) {
        const more = (value - this.#bytes[at]!) << (8 * byte)
        if (Math.imul(more, p) === missing[0] && Math.imul(more, q) === missing[1]) found.push({ at, value })
      }
    }
    return found
  }

  writeSums(frames: readonly Frame[]): void {
    this.#write(24, this.#sum([0, 0], 0, 24))
    for (const { index } of frames) {
      this.#bytes.copyWithin(this.#at(index) + 8, 16, 24)
      this.#write(this.#at(index) + 16, this.#sumOf(index, this.#seed(index)))
    }
  }

  until = (count: number) => Buffer.from(this.#bytes.buffer as ArrayBuffer, 0, this.#at(count))

  #at = (index: number) => HEADER + index * (FRAME_HEADER + this.#pageSize)
  #isCommit = (index: number) => this.#view.getUint32(this.#at(index) + 4) !== 0
  #stored = (at: number): Sums => [this.#view.getUint32(at), this.#view.getUint32(at + 4)]
  /** Each frame's sums begin with those of the one before, the first one's with the header's. */
  #seed = (index: number) => this.#stored(index === 0 ? 24 : this.#at(index - 1) + 16)
  #sumOf = (index: number, seed: Sums) =>
    this.#sum(this.#sum(seed, this.#at(index), 8), this.#at(index) + FRAME_HEADER, this.#pageSize)
  #isSumOf = (index: number, seed: Sums) => same(this.#sumOf(index, seed), this.#stored(this.#at(index) + 16))

  #hasSalts(index: number): boolean {
    const at = this.#at(index) + 8
    if (at + 8 > this.#bytes.length) return false
    return same(this.#stored(at), this.#stored(16))
  }

  #sum([a, b]: Sums, from: number, length: number): Sums {
    const words = this.#words
    for (let i = from >> 2; i < (from + length) >> 2; i += 2) {
      a = (a + words[i]! + b) >>> 0
      b = (b + words[i + 1]! + a) >>> 0
    }
    return [a, b]
  }

  #write(at: number, [a, b]: Sums): void {
    this.#view.setUint32(at, a)
    this.#view.setUint32(at + 4, b)
  }
}

const onePairEarlier = ([p, q]: Sums): Sums => [(p + q) | 0, (p + 2 * q) | 0]
const same = ([a, b]: Sums, [c, d]: Sums) => a === c && b === d

/**
 * How long a fuzzer runs: briefly and always the same in `npm test`; for minutes and from a new seed in `npm run fuzz`
 * (`NURIE_FUZZ_MINUTES`). What breaks a promise is told with its seed, and kept as a case of the corpus when it is bytes.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'

const minutes = Number(process.env['NURIE_FUZZ_MINUTES'] ?? 0)
const seed = Number(process.env['NURIE_FUZZ_SEED'] ?? (minutes > 0 ? Date.now() % 2 ** 31 : 1))

/** Milliseconds one campaign may take, for its test's timeout. */
export const campaignMs = minutes * 60_000 + 60_000

/** Holds a promise against `runs` random inputs, or for minutes of them. */
export async function campaign<T>(
  runs: number,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): Promise<void> {
  const long = { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: minutes * 60_000 }
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => void (await check(input))),
    { seed, ...(minutes > 0 ? { ...long, markInterruptAsFailure: false } : { numRuns: runs }) },
  )
}

const folderOf = (name: string) => fileURLToPath(new URL(`./corpus/${name}/`, import.meta.url))

/** The cases kept in `corpus/NAME`: each was once a way to break something. */
export function corpus(name: string): { file: string; bytes: Uint8Array }[] {
  const folder = folderOf(name)
  return readdirSync(folder).map((file) => ({ file, bytes: readFileSync(join(folder, file)) }))
}

/** Checks bytes; those that break a promise are kept in the corpus. */
export function keeping(name: string, check: (bytes: Uint8Array) => void | Promise<void>) {
  return async (bytes: Uint8Array) => {
    try {
      await check(bytes)
    } catch (error) {
      if (minutes > 0) {
        mkdirSync(folderOf(name), { recursive: true })
        const label = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
        writeFileSync(join(folderOf(name), `found-${label}.bin`), bytes)
      }
      throw error
    }
  }
}

/** Some bytes of a sound input changed, cut, doubled or replaced by numbers that hurt. */
export const mutated = (sound: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> => {
  const edit = fc.record({
    how: fc.constantFrom('set', 'flip', 'cut', 'drop', 'double', 'insert', 'join'),
    at: fc.nat(),
    value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff)),
    length: fc.integer({ min: 1, max: 40 }),
  })
  return fc
    .tuple(fc.nat(sound.length - 1), fc.array(edit, { maxLength: 6 }), fc.nat(sound.length - 1))
    .map(([which, edits, other]) => {
      let bytes = Buffer.from(sound[which]!)
      for (const { how, at, value, length } of edits) {
        if (bytes.length === 0) break
        const place = at % bytes.length
        const part = bytes.subarray(place, place + length)
        const before = bytes.subarray(0, place)
        const after = bytes.subarray(place)
        if (how === 'set') bytes.fill(value, place, place + 1)
        else if (how === 'flip') bytes.fill(bytes[place]! ^ (1 << (value % 8)), place, place + 1)
        else if (how === 'cut') bytes = Buffer.from(before)
        else if (how === 'drop') bytes = Buffer.concat([before, after.subarray(length)])
        else if (how === 'double') bytes = Buffer.concat([before, part, after])
        else if (how === 'insert') bytes = Buffer.concat([before, Buffer.alloc(length, value), after])
        else bytes = Buffer.concat([before, Buffer.from(sound[other]!)])
      }
      return bytes
    })
}

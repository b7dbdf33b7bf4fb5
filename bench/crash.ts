/**
 * `npm run bench:crash [-- --kills 500 --seed N --lanes 1]`: kill -9 at random moments under painting clients, and what is there
 * afterwards against what they were told is saved. Interrupted, it goes on where it was when it is started with its seed again.
 * `--lanes`: so many servers at a time, each on data of its own.
 * Exit code 1 when anything was lost, doubled, corrupted or came back.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { crashLoop, type CrashSums } from '../server/crash/crashLoop.fixture.ts'
import { seeded } from '../shared/golden.fixture.ts'
import { median, percentile } from './report.ts'

/** Kills of one data folder; then a new one is begun. */
const BATCH = 25

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    lanes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const wanted = Number(values.kills)
const seed = Number(values.seed)
const results = new URL('./results/', import.meta.url)
const progress = new URL(`crash.${seed}.partial.json`, results)
process.setMaxListeners(0)
console.log(`seed ${seed}`)

const killsOf = ({ kills }: CrashSums) => kills.painting + kills.joining + kills.starting
const batches: CrashSums[] = await readFile(progress, 'utf8').then(
  (text) => JSON.parse(text) as CrashSums[],
  () => [],
)
const killed = () => batches.reduce((sum, batch) => sum + killsOf(batch), 0)
if (killed() > 0) console.log(`going on after ${killed()} kills`)

/** A batch's kills are its seed's, whatever ran beside it. */
let begun = batches.length
async function lane(): Promise<void> {
  while (begun * BATCH < wanted) {
    const batch = begun++
    const folder = await mkdtemp(join(tmpdir(), 'nurie-crash-'))
    const next = seeded(seed + batch)
    const kills = Math.min(BATCH, wanted - batch * BATCH)
    batches.push(await crashLoop({ folder, kills, random: () => next(2 ** 30) / 2 ** 30 }))
    await rm(folder, { recursive: true, force: true })
    await writeFile(progress, JSON.stringify(batches))
    console.log(`${killed()} kills, ${total((sums) => sums.acknowledged)} strokes told saved looked for`)
  }
}
await Promise.all(Array.from({ length: Number(values.lanes) }, lane))

function total(of: (sums: CrashSums) => number): number {
  return batches.reduce((sum, batch) => sum + of(batch), 0)
}

const startMs = batches.flatMap((batch) => batch.startMs)
const summary = {
  seed,
  kills: killed(),
  whilePainting: total(({ kills }) => kills.painting),
  whileJoining: total(({ kills }) => kills.joining),
  whileStarting: total(({ kills }) => kills.starting),
  strokesPainted: total(({ painted }) => painted),
  savedStrokesLookedFor: total(({ acknowledged }) => acknowledged),
  savedUndosLookedFor: total(({ acknowledgedUndos }) => acknowledgedUndos),
  lost: total(({ lost }) => lost.length),
  doubled: total(({ doubled }) => doubled.length),
  corrupted: total(({ corrupted }) => corrupted.length),
  cameBack: total(({ undeleted }) => undeleted.length),
  startMs: { median: Math.round(median(startMs)), p95: Math.round(percentile(startMs, 0.95)) },
  machine: {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    at: new Date().toISOString(),
  },
}
console.log(JSON.stringify(summary, null, 2))
await writeFile(new URL('crash.json', results), `${JSON.stringify(summary, null, 2)}\n`)
await rm(progress, { force: true })
process.exit(summary.lost + summary.doubled + summary.corrupted + summary.cameBack > 0 ? 1 : 0)

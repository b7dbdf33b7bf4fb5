/**
 * `npm run bench -- --faults [--quick]`: what each fault costs people who paint on a cluster of real processes; prints a table as deploy/README.md
 * has it and writes JSON. Exit code 1 when anything was lost or there twice, or did not heal.
 */
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { faults } from '../server/cluster/everyFault.fixture.ts'
import { endure, startFaultyCluster, type Cost } from '../server/cluster/faults.fixture.ts'

type Summary = { fault: string; seconds: number; times: number } & Cost

/** How long each lasts, unless it lasts this long. */
const SECONDS = 5
const LONGER: Partial<Record<keyof typeof faults, number>> = { redis: 60, deadLine: 25, deadDatabaseLine: 25 }

export async function benchFaults({ times, quick }: { times: number; quick: boolean }): Promise<boolean> {
  const cluster = await startFaultyCluster()
  const summaries: Summary[] = []
  let isWell = true
  for (const [key, { name, entrance, run }] of Object.entries(faults)) {
    const seconds = (!quick && LONGER[key as keyof typeof faults]) || SECONDS
    const costs: Cost[] = []
    for (let i = 0; i < (seconds > SECONDS ? 1 : times); i++)
      try {
        costs.push(await endure(cluster, entrance, () => run(cluster, seconds * 1000)))
      } catch (error) {
        isWell = false
        console.log(`${name}: ${(error as Error).message}`)
      }
    const worst = (of: (cost: Cost) => number) => Math.max(...costs.map(of))
    const summary = {
      fault: name,
      seconds,
      times: costs.length,
      strokes: costs.reduce((sum, { strokes }) => sum + strokes, 0),
      savedMs: worst(({ savedMs }) => savedMs),
      seenMs: worst(({ seenMs }) => seenMs),
      shownMs: worst(({ shownMs }) => shownMs),
      lost: costs.flatMap(({ lost }) => lost),
      doubled: costs.flatMap(({ doubled }) => doubled),
    }
    if (summary.lost.length + summary.doubled.length > 0) isWell = false
    summaries.push(summary)
    console.log(rowOf(summary))
  }
  await cluster.end()
  console.log(`\n${tableOf(summaries)}`)
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    node: process.version,
    at: new Date().toISOString(),
  }
  await writeFile(
    new URL('./results/faults.json', import.meta.url),
    `${JSON.stringify({ faults: summaries, machine }, null, 2)}\n`,
  )
  return isWell
}

const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

const rowOf = ({ fault, seconds, strokes, savedMs, seenMs, shownMs, lost, doubled }: Summary) =>
  `| ${fault} | ${seconds} s | ${inSeconds(savedMs)} | ${inSeconds(seenMs)} | ${inSeconds(shownMs)} | ${lost.length + doubled.length} of ${strokes} |`

const tableOf = (summaries: readonly Summary[]) =>
  [
    '| fault | lasts | longest until saved | until the others see it | until a picture shows it | lost or doubled |',
    '|---|---|---|---|---|---|',
    ...summaries.map(rowOf),
  ].join('\n')

/** What a bench prints and keeps: rows of one number each. */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { chart } from './chart.ts'

export type Row = { what: string; value: number; unit: string; target?: string }

export type Machine = { cpu: string | undefined; cores: number; node: string; at: string }

/** What a bench was measured on, and when. */
export const machineHere = (): Machine => ({
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  node: process.version,
  at: new Date().toISOString(),
})

export const machineName = ({ cpu = 'unknown', cores, node, at }: Machine) =>
  `${cpu}, ${cores} cores, Node ${node}, ${at.slice(0, 10)}`

const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)

/** The value below which `share` (0..1) of the values lie. */
export function percentile(values: readonly number[], share: number): number {
  const all = sorted(values)
  return all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? NaN
}

export const median = (values: readonly number[]) => percentile(values, 0.5)

const rounded = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1))

/** Prints the rows as a table and writes them, with the machine they were measured on, to bench/results/NAME.json, and as a chart to NAME.svg. */
export async function report(rows: readonly Row[], name: string): Promise<void> {
  const width = Math.max(...rows.map(({ what }) => what.length))
  for (const { what, value, unit, target } of rows) {
    console.log(
      `${what.padEnd(width)}  ${rounded(value).padStart(8)} ${unit}${target ? `   (target ${target})` : ''}`,
    )
  }
  const machine = machineHere()
  const folder = new URL('./results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const write = (ending: string, text: string) => writeFile(new URL(`${name}.${ending}`, folder), text)
  await write('json', JSON.stringify({ machine, rows }, null, 2))
  await write('svg', chart(rows, machineName(machine)))
  console.log(`written to bench/results/${name}.json and ${name}.svg`)
}

/** What a process and its children took of the machine, as Linux tells (/proc): seconds of CPU, and resident bytes. */
import { readdirSync, readFileSync } from 'node:fs'

/** `children`: those of the process itself left out. */
export type Use = { cpu: number; children: number; resident: number }

/** Linux counts CPU in hundredths of a second on every machine Node runs on. */
const TICKS_A_SECOND = 100

type Stat = { parent: number; cpu: number }

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND }
  } catch {
    return undefined
  }
}

function residentOf(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return 1024 * Number(match?.[1] ?? 0)
}

/** Of all of these together. */
export function useOf(pids: readonly number[]): Use {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(Number(name))
      return stat ? [{ pid: Number(name), ...stat }] : []
    })
  const below = (parent: number): number =>
    stats.reduce((sum, each) => sum + (each.parent === parent ? each.cpu + below(each.pid) : 0), 0)
  return {
    cpu: stats.reduce((sum, { pid, cpu }) => sum + (pids.includes(pid) ? cpu : 0), 0),
    children: pids.reduce((sum, pid) => sum + below(pid), 0),
    resident: pids.reduce((sum, pid) => sum + residentOf(pid), 0),
  }
}

/** What a process and its children took of the machine, as Linux tells (/proc): seconds of CPU, and resident bytes. */
import { readdirSync, readFileSync } from 'node:fs'

/** `loop`: of `cpu`, that of the main threads, where the event loops are. `children`: what the processes below these took. */
export type Use = { cpu: number; loop: number; children: number; resident: number }

/** Linux counts CPU in hundredths of a second on every machine Node runs on. */
const TICKS_A_SECOND = 100

/** `ended`: of children that are gone. */
type Stat = { name: string; parent: number; cpu: number; ended: number }

function statOf(file: string): Stat | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    // The name in parentheses may hold spaces.
    const [from, to] = [text.indexOf('('), text.lastIndexOf(')')]
    const fields = text.slice(to + 2).split(' ')
    const [user, system, endedUser, endedSystem] = fields
      .slice(11, 15)
      .map((ticks) => Number(ticks) / TICKS_A_SECOND)
    return {
      name: text.slice(from + 1, to),
      parent: Number(fields[1]),
      cpu: user! + system!,
      ended: endedUser! + endedSystem!,
    }
  } catch {
    return undefined
  }
}

function residentOf(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return 1024 * Number(match?.[1] ?? 0)
}

function everyProcess(): (Stat & { pid: number })[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = statOf(`/proc/${name}/stat`)
      return stat ? [{ pid: Number(name), ...stat }] : []
    })
}

/** Of all of these together. */
export function useOf(pids: readonly number[]): Use {
  const all = everyProcess()
  const below = (parent: number): number =>
    all.reduce((sum, each) => sum + (each.parent === parent ? each.cpu + below(each.pid) : 0), 0)
  const sum = (of: (pid: number) => number) => pids.reduce((total, pid) => total + of(pid), 0)
  return {
    cpu: all.reduce((total, { pid, cpu }) => total + (pids.includes(pid) ? cpu : 0), 0),
    loop: sum((pid) => statOf(`/proc/${pid}/task/${pid}/stat`)?.cpu ?? 0),
    children: sum(below),
    resident: sum(residentOf),
  }
}

/** Seconds of CPU of the processes of this name that this one started, and of those that they did, also when they are gone. */
export function cpuNamed(name: string): number {
  const all = everyProcess()
  const isOwn = (pid: number): boolean => {
    const parent = all.find((each) => each.pid === pid)?.parent ?? 0
    return parent === process.pid || (parent > 1 && isOwn(parent))
  }
  return all.reduce(
    (sum, { pid, name: of, cpu, ended }) => sum + (of === name && isOwn(pid) ? cpu + ended : 0),
    0,
  )
}

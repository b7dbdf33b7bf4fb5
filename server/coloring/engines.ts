/**
 * The engines a server's colorists run on, best first, found once at start: the one asked for, or what `auto` finds the fastest by
 * trying each that can exist here in a process of its own.
 */
import { forkTypeScript, onceEnded } from '../child.ts'
import { chooseEngine, type Candidate, type Measured } from '../../models/engines/chooseEngine.ts'
import { engineNames, type EngineName } from '../../models/engines/engine.ts'
import { engineTable } from '../../models/engines/engineTable.ts'
import type { Log } from './keeper.ts'

type Options = {
  engine: EngineName | 'auto'
  threads: number
  log: Log
  /** The file of the process that measures one. */
  probe?: URL
}

const HEAP_MB = 512
/** An engine that is not measured by then is none to wait for. */
const PROBE_MS = 20_000

/** Never rejects. An engine asked for by name is taken without looking: the colorist says what is wrong with it. */
export async function findEngines({
  engine,
  threads,
  log,
  probe = new URL('./engineProbe.ts', import.meta.url),
}: Options): Promise<readonly EngineName[]> {
  if (engine !== 'auto') return [engine]
  const { engines, why } = await chooseEngine(candidates(), (name) => measureApart(probe, name, threads))
  log.info({ engines }, why)
  return engines
}

function candidates(): Candidate[] {
  return engineNames.map((name) => {
    const { missing, unwanted } = engineTable[name]
    return { name, excluded: missing() ?? unwanted() }
  })
}

function measureApart(probe: URL, name: EngineName, threads: number): Promise<Measured> {
  return new Promise((resolve) => {
    const child = forkTypeScript(probe, HEAP_MB, { args: [name, String(threads)] })
    const late = setTimeout(() => {
      resolve({ reason: `it was not measured within ${PROBE_MS / 1000} s` })
      child.kill('SIGKILL')
    }, PROBE_MS).unref()
    child.once('message', resolve)
    onceEnded(child, (how) => {
      clearTimeout(late)
      resolve({ reason: `it ended with ${how}` })
    })
  })
}

/** The product as a stranger runs it: `npm start` in a process of its own, on a free port and an empty data folder. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type RunningServer = {
  url: string
  data: string
  child: ChildProcess
  /** Ends it as an operator would, or as a crash does. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/**
 * Starts the server and resolves when it answers. With `data`, on what an earlier one left there; with `entry`, from another file than
 * `npm start` runs.
 */
export async function startServer(
  options: { data?: string; env?: Record<string, string>; entry?: string } = {},
): Promise<RunningServer> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'nurie-')))
  const args = options.entry ? ['--import', 'tsx', options.entry] : ['.config/run.mjs', 'start']
  const env = { PORT: '0', NURIE_DATA: data, NURIE_LOG: 'warn', ...options.env }
  const { child, said } = await startProcess(args, env, /http:\/\/localhost:\d+/)
  return {
    url: said,
    data,
    child,
    async stop(signal = 'SIGTERM') {
      await endProcess(child, signal)
      if (!options.data && signal === 'SIGTERM') await rm(data, { recursive: true, force: true })
    },
  }
}

/** `npm run worker` of a cluster; resolves when it says that it colors. */
export async function startWorker(options: { env: Record<string, string> }) {
  const { child } = await startProcess(['.config/run.mjs', 'worker'], options.env, /./)
  return { child, stop: () => endProcess(child, 'SIGTERM') }
}

/** Resolves with what it was waited for on its output. */
async function startProcess(args: readonly string[], env: Record<string, string>, awaited: RegExp) {
  const child = spawn(process.execPath, args, {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString()
      const found = awaited.exec(printed)
      if (found) resolve(found[0])
    })
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${printed}`)))
  })
  return { child, said }
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

/** One of a server's metrics, by its name; NaN when there is none. */
export async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? NaN)
}

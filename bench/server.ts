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

/** Starts the server and resolves when it answers. With `data`, on what an earlier one left there. */
export async function startServer(
  options: { data?: string; env?: Record<string, string> } = {},
): Promise<RunningServer> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'nurie-')))
  const child = spawn(process.execPath, ['.config/run.mjs', 'start'], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, PORT: '0', NURIE_DATA: data, NURIE_LOG: 'warn', ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString()
      const address = /http:\/\/localhost:\d+/.exec(printed)
      if (address) resolve(address[0])
    })
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}: ${printed}`)))
  })
  return {
    url,
    data,
    child,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal)
        await once(child, 'exit')
      }
      if (!options.data && signal === 'SIGTERM') await rm(data, { recursive: true, force: true })
    },
  }
}

/** One of a server's metrics, by its name; NaN when there is none. */
export async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? NaN)
}

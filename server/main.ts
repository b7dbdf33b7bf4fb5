/** Starts the server and ends the process: the only file that does either. */
import { readFile } from 'node:fs/promises'
import { openApp } from './app.ts'
import type { Bus } from './cluster/bus.ts'
import { openRedis } from './cluster/redis.ts'
import { openRedisBus } from './cluster/redisBus.ts'
import { checkRedis } from './cluster/redisServer.ts'
import { openColoring } from './coloring/coloring.ts'
import { findEngines } from './coloring/engines.ts'
import { coloringHash } from './coloring/queue/coloringHash.ts'
import { openQueuedColoring } from './coloring/queue/queuedColoring.ts'
import { readConfig, type ClusterConfig, type Config } from './config.ts'
import { openImages } from './images/images.ts'
import { openLog } from './log.ts'

/** What is not saved by then is not waited for. */
const SHUTDOWN_MS = 10_000
const IMPATIENT_MS = 1_000
const CRASH_MS = 2_000

const say = (line: string) => process.stdout.write(`${line}\n`)

function fail(error: unknown): never {
  process.stderr.write(`nurie: ${sentence(error)}\n`)
  process.exit(1)
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'the port is in use: stop the other program or set PORT to another one.'
  return error.message
}

function configOrFail(): Config {
  try {
    return readConfig(process.env)
  } catch (error) {
    return fail(error)
  }
}

const config = configOrFail()
const log = openLog(config.log)
const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}
const app = await openApp(
  config,
  {
    version: manifest.version,
    async openColoring(events, bus) {
      const { engine, threads, cluster } = config
      if (cluster) {
        const redis = openRedis(cluster.redisUrl)
        return openQueuedColoring({ events, bus, redis, coloring: await coloringHash() })
      }
      return openColoring({ events, log, threads, engines: findEngines({ engine, threads, log }) })
    },
    ...(config.cluster && { openBus: () => openBus(config.cluster!) }),
    openImages: (onLost) => openImages({ log, onLost }),
  },
  log,
).catch(fail)
say(`Nurie is open at ${app.url}`)

async function openBus({ redisUrl }: ClusterConfig): Promise<Bus> {
  await checkRedis(redisUrl, log)
  return openRedisBus(redisUrl)
}

let endingSince: number | undefined
async function end(signal: string): Promise<void> {
  if (endingSince !== undefined) {
    // A terminal's Ctrl+C may come twice, from the terminal and from a parent. One later means it.
    if (performance.now() - endingSince > IMPATIENT_MS) process.exit(1)
    return
  }
  endingSince = performance.now()
  log.info({ signal }, 'saving and closing')
  setTimeout(() => process.exit(1), SHUTDOWN_MS).unref()
  await app.close()
  process.exit(0)
}
// What nobody foresaw leaves the process in a state nobody knows: what was painted is saved, nothing goes on.
process.once('uncaughtException', (error) => {
  log.fatal({ err: error }, 'something unforeseen happened: saving and ending')
  setTimeout(() => process.exit(1), CRASH_MS).unref()
  void app.close().finally(() => process.exit(1))
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal).catch(fail))

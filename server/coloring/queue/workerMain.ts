/** Starts a worker and ends its process: `npm run worker`. It colors the rooms of all servers that share its database and its Redis. */
import { readFile } from 'node:fs/promises'
import { readWeights } from '../../../models/manifest.ts'
import { openNotedNode } from '../../cluster/notedNode.ts'
import { openRedis } from '../../cluster/redis.ts'
import { openRedisBus } from '../../cluster/redisBus.ts'
import { checkRedis } from '../../cluster/redisServer.ts'
import { readConfig, type Config } from '../../config.ts'
import { openLog } from '../../log.ts'
import { openMetrics } from '../../metrics.ts'
import { openDatabaseServer } from '../../storage/postgres/databaseServer.ts'
import { findEngines } from '../engines.ts'
import { coloringHash, strangerSentence } from './coloringHash.ts'
import { openWorker } from './worker.ts'
import { openWorkerWeb } from './workerWeb.ts'

/** What is not done by then is not waited for: another worker does it. */
const SHUTDOWN_MS = 9_000
/** A worker writes nothing. */
const BOUNDS = { entries: Infinity, bytes: Infinity }

function fail(error: unknown): never {
  process.stderr.write(`nurie: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}

function configOrFail(): Config & Required<Pick<Config, 'cluster'>> {
  try {
    const config = readConfig(process.env)
    if (config.cluster) return { ...config, cluster: config.cluster }
  } catch (error) {
    return fail(error)
  }
  return fail(
    'a worker colors for servers that share a database: set NURIE_DATABASE_URL, NURIE_REDIS_URL and NURIE_SECRET to theirs.',
  )
}

const config = configOrFail()
const log = openLog(config.log)
const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}
await readWeights().catch((error: Error) =>
  fail(`${error.message}: a worker cannot color without its weights.`),
)
const coloring = await coloringHash()
await checkRedis(config.cluster.redisUrl, log).catch(fail)
const store = await openDatabaseServer(config.cluster, BOUNDS, log).catch(fail)
const stranger = strangerSentence(await store.liveNodes().catch(fail), coloring)
if (stranger) fail(stranger)
const bus = openRedisBus(config.cluster.redisUrl)
const node = await openNotedNode(store, { id: bus.node, kind: 'worker', version, coloring }).catch(fail)
const redis = openRedis(config.cluster.redisUrl, { isPatient: true })
const metrics = openMetrics()
const { engine, threads } = config
const worker = openWorker({
  store,
  bus,
  redis,
  coloring,
  engines: findEngines({ engine, threads, log }),
  threads,
  log,
  onFrame: (header, bytes) => metrics.frame(header.stage, header.ms, bytes),
})
const web = process.env.PORT
  ? await openWorkerWeb({ config, version, worker, store, metrics, log }).catch(fail)
  : undefined
log.info({ coloring, ...(web && { url: web.url }) }, 'a worker of Nurie waits for rooms')

let isEnding = false
async function end(code: number): Promise<void> {
  if (isEnding) return
  isEnding = true
  log.info('ending what is under way')
  setTimeout(() => process.exit(code), SHUTDOWN_MS).unref()
  await Promise.all([node.close(), web?.close(), worker.close()])
  await Promise.all([bus.close(), store.close()])
  process.exit(code)
}
process.once('uncaughtException', (error) => {
  log.fatal({ err: error }, 'something unforeseen happened: ending')
  void end(1).catch(fail)
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(0).catch(fail))

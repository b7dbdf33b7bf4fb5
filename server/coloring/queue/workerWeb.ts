/** What a worker tells over HTTP, where it is given a PORT: that it lives, whether it is ready, and its metrics, as a server does. */
import type { AddressInfo } from 'node:net'
import { openAddresses } from '../../address.ts'
import { infoRoutes } from '../../api/info.ts'
import { answerProblems } from '../../api/problem.ts'
import { openWeb } from '../../api/web.ts'
import type { Config } from '../../config.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'
import { openProbe } from '../../storage/probe.ts'
import type { Store } from '../../storage/store.ts'
import type { ColoringWorker } from './worker.ts'

export type WorkerWebOptions = {
  config: Pick<Config, 'port' | 'host' | 'trustedProxies' | 'metricsToken'>
  version: string
  worker: ColoringWorker
  store: Pick<Store, 'probe'>
  metrics: Metrics
  log: Log
}

export async function openWorkerWeb({ config, version, worker, store, metrics, log }: WorkerWebOptions) {
  const web = await openWeb({ version, addresses: openAddresses(config.trustedProxies), metrics })
  let isClosing = false
  const storageWorks = openProbe(store)
  answerProblems(web, log, metrics)
  infoRoutes(web, {
    version,
    engine: worker.info,
    isColoring: worker.isReady,
    storageWorks,
    isClosing: () => isClosing,
    metrics,
    metricsToken: config.metricsToken,
    createKey: false,
  })
  metrics.gauge('coloristReady', () => Number(worker.isReady()))
  metrics.gauge('databaseUp', async () => Number(await storageWorks()))
  metrics.gauge('queueRooms', worker.waiting)
  await web.listen({ port: config.port, host: config.host })
  const { port } = web.server.address() as AddressInfo
  return {
    url: `http://${config.host}:${port}`,
    close() {
      isClosing = true
      return web.close()
    },
  }
}

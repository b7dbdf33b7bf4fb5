/**
 * The whole server, put together from its settings and its parts. `close` saves everything first; it may be called once.
 */
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { colorRoutes } from './api/color.ts'
import { hostRoutes } from './api/host.ts'
import { infoRoutes } from './api/info.ts'
import { pictureRoutes } from './api/pictures.ts'
import { answerProblems } from './api/problem.ts'
import { roomRoutes } from './api/rooms.ts'
import { readSamples, sampleRoutes } from './api/samples.ts'
import { sessionRoutes } from './api/sessions.ts'
import { pageRoutes } from './api/static.ts'
import { acceptPictures } from './api/uploads.ts'
import { openWeb } from './api/web.ts'
import type { Coloring, ColoringEvents } from './coloring/coloring.ts'
import type { Config } from './config.ts'
import type { Images } from './images/images.ts'
import type { Log } from './log.ts'
import { openMetrics } from './metrics.ts'
import { openAdmission } from './realtime/admit.ts'
import { openConnections } from './realtime/connections.ts'
import { openSockets } from './realtime/sockets.ts'
import { routeUpgrades } from './realtime/upgrade.ts'
import { openYjs } from './realtime/yjs.ts'
import { openRooms } from './rooms/rooms.ts'
import { signingSecret } from './rooms/secret.ts'
import { openTokens } from './rooms/tokens.ts'
import { openDataFolder } from './storage/dataFolder.ts'
import { measureDisk, watchDisk, type DiskUse } from './storage/diskGuard.ts'
import { openJournal } from './storage/journal.ts'
import { openSqlite } from './storage/sqlite.ts'
import type { Store } from './storage/store.ts'

/** What the server is built on; tests put others in. */
export type Parts = {
  version: string
  openColoring(events: ColoringEvents): Promise<Coloring>
  openImages(): Images
  openStore?(file: string): Store
  measureDisk?(folder: string): Promise<DiskUse>
  diskEveryMs?: number
  /** The built page. */
  page?: string
  exportWaitMs?: number
  keepAliveMs?: number
  longestSocketMs?: number
}

export type RunningApp = { url: string; close(): Promise<void> }

/** Of a room's log: beyond that its oldest entries may go. */
const LOG_ENTRIES = 50_000
/** How long closing waits for a disk that does not take writes, and for clients that do not let go. */
const SAVE_MS = 5_000
const HANG_MS = 2_000
/** A socket that is open for so long comes in anew, with a token of that day. */
const LONGEST_SOCKET_MS = 12 * 3_600_000

const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref())
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export async function openApp(config: Config, parts: Parts, log: Log): Promise<RunningApp> {
  const { limits } = config
  // The log is the room's history up to four times what a page may hold.
  const bounds = { entries: LOG_ENTRIES, bytes: 4 * limits.roomBytes }
  const openStore = parts.openStore ?? ((file: string) => openSqlite(file, bounds))
  const store = await openDataFolder(config.data, openStore)
  const [secret, samples, web] = await Promise.all([
    signingSecret(config.data, config.secret),
    readSamples(here('./samples')),
    openWeb(parts.version),
  ])
  const metrics = openMetrics()
  const images = parts.openImages()
  const coloring = await parts.openColoring({
    frame(room, header, bytes) {
      metrics.frame(header.stage, header.ms, bytes.length)
      rooms.putFrame(room, header, bytes)
    },
    status: (room, status) => rooms.putStatus(room, status),
  })
  const journal = openJournal({
    append: (updates) => store.append(updates),
    onCommit: (updates, milliseconds) => metrics.commit(updates, milliseconds / 1000),
    onFailure(ids, error) {
      metrics.commitFailed()
      log.error({ err: error }, 'a commit failed and will be tried again')
      rooms.putUnsaved(ids)
    },
    onRecovery() {
      log.info('everything is saved again')
      rooms.putUnsaved(new Set())
    },
  })
  const rooms = openRooms({ store, journal, coloring, limits, log, disk: () => disk.state() })
  const disk = await watchDisk({
    limits,
    measure: () => (parts.measureDisk ?? measureDisk)(config.data),
    ...(parts.diskEveryMs !== undefined && { everyMs: parts.diskEveryMs }),
    onChange(state, { used }) {
      log.warn({ state, used }, 'the disk of the data folder')
      rooms.putReadOnly(state === 'read-only')
    },
  })
  const tokens = openTokens(secret)
  const admit = openAdmission(tokens, rooms)
  const connections = openConnections(limits.connections)
  const longestMs = parts.longestSocketMs ?? LONGEST_SOCKET_MS
  const sockets = openSockets({
    rooms,
    admit,
    connections,
    limits,
    log,
    engine: () => coloring.info().engine,
    onRefused: (code) => metrics.refused('socket', code),
    longestMs,
  })
  const yjs = openYjs({
    rooms,
    admit,
    connections,
    limits,
    log,
    onRefused(code, told) {
      metrics.refused('yjs', code)
      if (told) sockets.notify(told.room, code, told.guest)
    },
    onHeld(code, { room, guest }) {
      metrics.held(code)
      sockets.notify(room, code, guest)
    },
    longestMs,
    ...(parts.keepAliveMs !== undefined && { keepAliveMs: parts.keepAliveMs }),
  })

  let closing = false
  answerProblems(web, log, metrics)
  acceptPictures(web)
  web.addHook('onResponse', (request, reply, done) => {
    metrics.request(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
  roomRoutes(web, { config, rooms, images, samples })
  sessionRoutes(web, { store, rooms, tokens, guests: sockets.guests })
  hostRoutes(web, { admit, rooms, guests: sockets.guests })
  pictureRoutes(web, {
    admit,
    rooms,
    store,
    images,
    coloring,
    ...(parts.exportWaitMs !== undefined && { exportWaitMs: parts.exportWaitMs }),
  })
  await colorRoutes(web, { images, coloring })
  sampleRoutes(web, samples)
  infoRoutes(web, {
    version: parts.version,
    engine: () => coloring.info(),
    isColoring: () => coloring.isReady(),
    store,
    isClosing: () => closing,
    metrics,
    metricsToken: config.metricsToken,
    createKey: config.createKey !== undefined,
  })
  await pageRoutes(web, parts.page ?? here('../dist/client'))
  metrics.gauge('nurie_rooms_open', 'Rooms in memory', () => rooms.open())
  metrics.gauge('nurie_rooms_damaged', 'Rooms in memory whose log is damaged', () => rooms.damaged())
  metrics.gauge('nurie_disk_used_share', 'Share of the data folder’s disk in use', () => disk.used())
  metrics.gauge('nurie_colorist_ready', '1 while there is a colorist', () => Number(coloring.isReady()))
  metrics.gauge('nurie_connections', 'Sockets of both channels', () => connections.count())

  routeUpgrades(web.server, {
    origins: config.origins,
    yjs: (...upgrade) => yjs.accept(...upgrade),
    socketIo: (...upgrade) => sockets.upgrade(...upgrade),
  })
  await web.listen({ port: config.port, host: config.host })
  const { port } = web.server.address() as AddressInfo

  return {
    url: `http://${hostOf(config.host)}:${port}`,
    async close() {
      closing = true
      disk.close()
      sockets.close()
      yjs.close()
      // First what matters; then the connections, of which some may hang.
      await Promise.race([journal.settled(), wait(SAVE_MS)])
      await Promise.race([web.close(), wait(HANG_MS)])
      await journal.close()
      rooms.close()
      await Promise.all([coloring.close(), images.close(), store.close()])
    },
  }
}

/** How this machine reaches itself where the server listens. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

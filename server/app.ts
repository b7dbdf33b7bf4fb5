/**
 * The whole server, put together from its settings and its parts. `close` saves everything first; it may be called once.
 */
import { existsSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { openAddresses } from './address.ts'
import { openBodyBudget } from './api/bodyBudget.ts'
import { colorRoutes } from './api/color.ts'
import { commentRoutes } from './api/comments.ts'
import { exportRoutes } from './api/exports.ts'
import { finishedRoutes } from './api/finished.ts'
import { hostRoutes } from './api/host.ts'
import { infoRoutes } from './api/info.ts'
import { makingRoutes } from './api/making.ts'
import { pictureRoutes } from './api/pictures.ts'
import { answerProblems } from './api/problem.ts'
import { logRequest } from './api/requestLine.ts'
import { roomRoutes } from './api/rooms.ts'
import { readSamples, sampleRoutes } from './api/samples.ts'
import { sessionRoutes } from './api/sessions.ts'
import { pageRoutes } from './api/static.ts'
import { acceptPictures } from './api/uploads.ts'
import { versionRoutes } from './api/versions.ts'
import { openWeb } from './api/web.ts'
import type { Coloring, ColoringEvents } from './coloring/coloring.ts'
import type { Bus } from './cluster/bus.ts'
import { openChannels } from './cluster/channels.ts'
import { Refusal } from '../shared/refusal.ts'
import { openLocalBus } from './cluster/localBus.ts'
import { openNotedNode } from './cluster/notedNode.ts'
import { coloringHash } from './coloring/queue/coloringHash.ts'
import type { Config } from './config.ts'
import { openHistory } from './history/history.ts'
import { openExports, type Exports } from './images/exports.ts'
import type { Images } from './images/images.ts'
import { roomLabel, type Log } from './log.ts'
import { openMetrics } from './metrics.ts'
import { boundRawConnections } from './rawConnections.ts'
import { openAdmission, type Admit } from './realtime/admit.ts'
import { openConnections } from './realtime/connections.ts'
import { openSockets } from './realtime/sockets.ts'
import { routeUpgrades } from './realtime/upgrade.ts'
import { openYjs } from './realtime/yjs.ts'
import { daily } from './retention/daily.ts'
import { applyRetention } from './retention/retention.ts'
import { openRefinement } from './rooms/refinement.ts'
import { openRooms } from './rooms/rooms.ts'
import { signingSecret } from './rooms/secret.ts'
import { openTokens } from './rooms/tokens.ts'
import { databaseOf, openDataFolder } from './storage/dataFolder.ts'
import { measureDisk, watchDisk, type DiskUse } from './storage/diskGuard.ts'
import { examineLog, type Finding } from './storage/doctor/examineLog.ts'
import type { ClusterCalls } from './storage/postgres/postgresCluster.ts'
import { openJournal } from './storage/journal.ts'
import { openDatabaseServer } from './storage/postgres/databaseServer.ts'
import { openProbe } from './storage/probe.ts'
import { openSqlite } from './storage/sqlite/sqlite.ts'
import type { Store } from './storage/store.ts'
import { openStoreUse } from './storage/storeUse.ts'
import { startTracing } from './tracing.ts'

/** What the server is built on; tests put others in. */
export type Parts = {
  version: string
  openColoring(events: ColoringEvents, bus: Bus): Promise<Coloring>
  /** `onLost`: hears each time its process is replaced. */
  openImages(onLost: () => void): Images
  openExports?(): Exports
  openStore?(file: string): Store
  /** What joins several servers; without, this one is alone. */
  openBus?(): Bus | Promise<Bus>
  measureDisk?(folder: string): Promise<DiskUse>
  diskEveryMs?: number
  examineAfterMs?: number
  snapshotEvery?: number
  /** Other servers write to the store too (rooms.ts). */
  lookEveryMs?: number
  /** The built page. */
  page?: string
  exportWaitMs?: number
  keepAliveMs?: number
  longestSocketMs?: number
  /** How long a client may take to send its headers, and to say what it came for on a channel. */
  patienceMs?: number
  /** After so long without a change the page is kept as a version. */
  quietMs?: number
}

export type RunningApp = { url: string; close(): Promise<void> }

const EXAMINE_AFTER_MS = 5_000
/** A wake-up that is missed costs no more than this. */
const LOOK_EVERY_MS = 1_000
/** Of a room's log: beyond that its oldest entries may go. */
const LOG_ENTRIES = 50_000
/** Connections of any kind an address may have to each socket allowed it (a browser fetches over six besides its two), and on top. */
const RAW_PER_SOCKET = 4
const RAW_MORE = 100
/** How long closing waits for a disk that does not take writes, and for clients that do not let go. */
const SAVE_MS = 5_000
const HANG_MS = 2_000
const SPREAD_MS = 1_000
/** A socket that is open for so long comes in anew, with a token of that day. */
const LONGEST_SOCKET_MS = 12 * 3_600_000

const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref())
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export async function openApp(config: Config, parts: Parts, log: Log): Promise<RunningApp> {
  const { limits } = config
  // The log is the room's history up to four times what a page may hold.
  const bounds = { entries: LOG_ENTRIES, bytes: 4 * limits.roomBytes }
  const openStore =
    parts.openStore ??
    ((file: string) =>
      openSqlite(file, bounds, (damage) =>
        log.error(
          damage,
          'the write-ahead log was damaged and is mended: what is damaged of it, the examination will tell',
        ),
      ))
  const database = config.cluster && (await openDatabaseServer(config.cluster, bounds, log))
  const store: Store = database ?? (await openDataFolder(config.data, openStore))
  const bus = await openOr(store, parts.openBus ?? openLocalBus)
  const channels = config.cluster && openChannels(config.cluster.redisUrl)
  const noted =
    database &&
    (await openNotedNode(database, {
      id: bus.node,
      kind: 'server',
      version: parts.version,
      coloring: await coloringHash(),
    }))
  const metrics = openMetrics()
  const endTracing =
    config.traces &&
    startTracing({ ...config.traces, service: 'nurie', version: parts.version, node: bus.node })
  const storageWorks = openProbe(store)
  const addresses = openAddresses(config.trustedProxies)
  const [secret, samples, web] = await Promise.all([
    signingSecret(config.data, config.secret),
    readSamples(here('./samples')),
    openWeb({
      version: parts.version,
      addresses,
      metrics,
      ...(parts.patienceMs !== undefined && { headersMs: parts.patienceMs }),
    }),
  ])
  const images = parts.openImages(() => metrics.childRestarted('images'))
  const exports = (parts.openExports ?? openExports)()
  const coloring = await parts.openColoring(
    {
      frame(room, header, bytes, after) {
        metrics.frame(header.stage, header.ms, bytes.length)
        rooms.putFrame(room, header, bytes, after)
      },
      status: (room, status) => rooms.putStatus(room, status),
      waited: (seconds) => metrics.queueWait(seconds),
      lost: () => metrics.childRestarted('colorist'),
    },
    bus,
  )
  /** Rooms whose changes wait for the disk. */
  let unsaved = 0
  const journal = openJournal({
    append: (updates) => store.append(updates),
    onCommit: (updates, milliseconds) => metrics.commit(updates, milliseconds / 1000),
    onSaved: (milliseconds) => metrics.saved(milliseconds / 1000),
    onFailure(ids, error) {
      unsaved = ids.size
      metrics.commitFailed()
      log.error({ err: error }, 'a commit failed and will be tried again')
      rooms.putUnsaved(ids)
    },
    onRecovery() {
      unsaved = 0
      log.info('everything is saved again')
      rooms.putUnsaved(new Set())
    },
  })
  const lookEveryMs = parts.lookEveryMs ?? (config.cluster ? LOOK_EVERY_MS : undefined)
  /** Rooms in which the examination of the log, or opening them, found damage. */
  const damaged = new Set<string>()
  const rooms = openRooms({
    store,
    bus,
    journal,
    coloring,
    limits,
    log,
    disk: () => disk?.state() ?? 'well',
    onDamaged: (id) => damaged.add(id),
    ...(parts.snapshotEvery !== undefined && { snapshotEvery: parts.snapshotEvery }),
    ...(lookEveryMs !== undefined && { lookEveryMs }),
  })
  // A database's disk is looked after where it is.
  const disk = config.cluster
    ? undefined
    : await watchDisk({
        limits,
        measure: () => (parts.measureDisk ?? measureDisk)(config.data),
        ...(parts.diskEveryMs !== undefined && { everyMs: parts.diskEveryMs }),
        onChange(state, { used }) {
          log.warn({ state, used }, 'the disk of the data folder')
          rooms.putReadOnly(state === 'read-only')
        },
      })
  const refinement = openRefinement(rooms)
  const history = openHistory({
    store,
    rooms,
    images,
    exports,
    coloring,
    refinement,
    version: parts.version,
    log,
    ...(parts.quietMs !== undefined && { quietMs: parts.quietMs }),
  })
  const tokens = openTokens(secret)
  const admit = openAdmission(tokens, rooms)
  let closing = false
  /** The door of both channels: nobody comes in who would have to leave at once. */
  const letIn: Admit = (...who) => (closing ? Promise.reject(new Refusal('shutting-down')) : admit(...who))
  const longestMs = parts.longestSocketMs ?? LONGEST_SOCKET_MS
  const connections = openConnections(limits)
  const patience = parts.patienceMs !== undefined && { patienceMs: parts.patienceMs }
  const addressOf = (request: IncomingMessage) => addresses.of(request)
  const sockets = openSockets({
    rooms,
    bus,
    channels,
    admit: letIn,
    addressOf,
    connections,
    limits,
    log,
    engine: () => coloring.info().engine,
    onFrame: (...frame) => metrics.frameSent(...frame),
    onRefused: (code) => metrics.refused('socket', code),
    longestMs,
    onDropped: (event) => metrics.dropped(event),
    ...patience,
  })
  const yjs = openYjs({
    rooms,
    admit: letIn,
    addressOf,
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
    onResync: (reason) => metrics.resync(reason),
    longestMs,
    ...(parts.keepAliveMs !== undefined && { keepAliveMs: parts.keepAliveMs }),
    ...patience,
  })

  answerProblems(web, log, metrics)
  acceptPictures(web)
  // What is begun now would have to be finished elsewhere. Whoever looks only is served to the end.
  web.addHook('onRequest', (request, _reply, done) => {
    done(closing && request.method !== 'GET' ? new Refusal('shutting-down') : undefined)
  })
  web.addHook('onResponse', (request, reply, done) => {
    metrics.request(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000)
    logRequest(log, request, reply)
    done()
  })
  const budget = openBodyBudget()
  roomRoutes(web, { config, rooms, images, samples, budget, logBytes: bounds.bytes })
  sessionRoutes(web, { store, rooms, tokens, guests: sockets.guests })
  hostRoutes(web, { admit, rooms, guests: sockets.guests })
  versionRoutes(web, { admit, history })
  makingRoutes(web, { admit, store, history })
  commentRoutes(web, admit)
  finishedRoutes(web, {
    admit,
    refinement,
    ...(parts.exportWaitMs !== undefined && { waitMs: parts.exportWaitMs }),
  })
  pictureRoutes(web, { admit, store })
  exportRoutes(web, {
    admit,
    refinement,
    store,
    images,
    exports,
    coloring,
    history,
    ...(parts.exportWaitMs !== undefined && { exportWaitMs: parts.exportWaitMs }),
  })
  await colorRoutes(web, { images, exports, coloring, budget })
  sampleRoutes(web, samples)
  infoRoutes(web, {
    version: parts.version,
    engine: () => coloring.info(),
    isColoring: () => coloring.isReady(),
    storageWorks,
    isClosing: () => closing,
    metrics,
    metricsToken: config.metricsToken,
    createKey: config.createKey !== undefined,
  })
  await pageRoutes(web, parts.page ?? here('../dist/client'))
  const { retention: rules } = config
  const endRetention =
    rules &&
    daily({
      work: () =>
        applyRetention({ store, rules, now: Date.now(), log, onStep: (what) => metrics.retention(what) }),
      // Of several servers one at a time.
      alone: (work) => (store as Partial<ClusterCalls>).alone?.('retention', work) ?? work(),
      onFailure: (error) => log.error({ err: error }, 'retention failed and is tried again tomorrow'),
    })
  rooms.listen({
    painted: (_room, strokes) => metrics.strokes(strokes),
    caughtUp: (_room, reason) => metrics.caughtUp(reason),
  })
  metrics.gauge('roomsOpen', () => rooms.open())
  metrics.gauge('rooms', () => rooms.states())
  metrics.gauge('roomsUnsaved', () => unsaved)
  metrics.gauge('roomsDamaged', () => damaged.size)
  metrics.gauge('guests', () => sockets.roles())
  metrics.gauge('sockets', () => ({ socket: sockets.count(), yjs: yjs.count() }))
  metrics.gauge('connections', () => connections.count())
  metrics.gauge('oldestUnsaved', () => journal.oldestMs() / 1000)
  metrics.gauge('diskUsed', () => disk?.used() ?? 0)
  const storeUse = openStoreUse(store)
  metrics.gauge('roomsStored', async () => {
    const { bytes: _, ...rooms } = await storeUse()
    return rooms
  })
  metrics.gauge('logBytes', async () => (await storeUse()).bytes)
  metrics.gauge('databaseUp', async () => Number(await storageWorks()))
  metrics.gauge('busUp', () => Number(bus.isConnected()))
  metrics.gauge('coloristReady', () => Number(coloring.isReady()))
  metrics.gauge('workers', async () => (await coloring.load()).workers)
  metrics.gauge('queueRooms', async () => (await coloring.load()).rooms)

  boundRawConnections(web.server, {
    addresses,
    most: RAW_MORE + RAW_PER_SOCKET * limits.connections,
    onRefused: () => metrics.refused('http', 'too-many-connections'),
  })
  routeUpgrades(web.server, {
    origins: config.origins,
    onRefused: (code) => metrics.refused('http', code),
    yjs: (...upgrade) => yjs.accept(...upgrade),
    socketIo: (...upgrade) => sockets.upgrade(...upgrade),
  })
  await web.listen({ port: config.port, host: config.host })
  // Who comes first need not share the disk with it.
  const examination = wait(parts.examineAfterMs ?? EXAMINE_AFTER_MS).then(() => {
    if (closing || config.cluster || !existsSync(databaseOf(config.data))) return undefined
    return examineLog(databaseOf(config.data), (finding) => tellFinding(finding, log, damaged))
  })
  const { port } = web.server.address() as AddressInfo

  return {
    url: `http://${hostOf(config.host)}:${port}`,
    async close() {
      closing = true
      endRetention?.()
      disk?.close()
      void examination.then((running) => running?.close())
      // Of several servers another one takes them: not all in one moment.
      const spread = config.cluster ? SPREAD_MS : 0
      await Promise.all([sockets.close(spread), yjs.close(spread)])
      // First what matters; then the connections, of which some may hang.
      await Promise.race([journal.settled(), wait(SAVE_MS)])
      await Promise.race([web.close(), wait(HANG_MS)])
      await journal.close()
      rooms.close()
      if (noted) await Promise.race([noted.close(), wait(HANG_MS)])
      await Promise.all([coloring.close(), images.close(), exports.close(), store.close(), bus.close()])
      channels?.close()
      await Promise.race([endTracing?.(), wait(HANG_MS)])
    },
  }
}

/** What is opened after the store; without it there is no server, and the store is not left open. */
async function openOr<T>(store: Store, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    await store.close()
    throw error
  }
}

function tellFinding(finding: Finding | Error, log: Log, damaged: Set<string>): void {
  if (finding instanceof Error) log.error({ err: finding }, 'the log could not be examined')
  else if ('pages' in finding) log.error(finding, 'the database is damaged: run `npm run doctor`')
  else if ('report' in finding) {
    const { room, title: _, ...damage } = finding.report
    damaged.add(room)
    log.error(
      { room: roomLabel(room), ...damage },
      'what is stored of a room is damaged: run `npm run doctor`',
    )
  } else log.info(finding, 'the log was examined')
}

/** How this machine reaches itself where the server listens. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

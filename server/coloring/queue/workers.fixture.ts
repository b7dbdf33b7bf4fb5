/** Rooms in a real store, colored over a real Redis by workers in this process: what a test of them starts with. */
import { encodeGreyPng } from '../../../files/image.ts'
import { addStroke, packStroke, type Stroke } from '../../../shared/strokes.ts'
import type { SentHeader, Status } from '../../../shared/protocol.ts'
import * as Y from 'yjs'
import type { Bus } from '../../cluster/bus.ts'
import { openLocalBus, type LocalHub } from '../../cluster/localBus.ts'
import { openRedis, type Redis } from '../../cluster/redis.ts'
import { newRoom } from '../../rooms/access.ts'
import { memoryStore } from '../../storage/sqlite/memoryStore.fixture.ts'
import type { Store } from '../../storage/store.ts'
import type { Coloring } from '../coloring.ts'
import { openQueuedColoring } from './queuedColoring.ts'
import { openWorker, type ColoringWorker } from './worker.ts'

export const SIDE = 256

/** A square drawn with thick lines. */
export function squareLine(): Promise<Uint8Array> {
  const grey = new Uint8Array(SIDE * SIDE).fill(255)
  for (let i = 60; i < 200; i++)
    for (const k of [60, 61, 62, 198, 199, 200]) grey[k * SIDE + i] = grey[i * SIDE + k] = 0
  return encodeGreyPng({ width: SIDE, height: SIDE, grey })
}

export const dot = (id: string, color: number, x = 130): Stroke => ({
  id,
  by: 'g',
  tool: 'brush',
  color,
  width: 160,
  points: Int32Array.of(8 * x, 8 * 130, 255),
})

export type Heard = { header: SentHeader; bytes: Uint8Array; at: number; after?: object }
export type TestServer = {
  coloring: Coloring
  redis: Redis
  bus: Bus
  frames: Map<string, Heard[]>
  statuses: Map<string, Status[]>
  close(): Promise<void>
}

export async function openWorkersTest(url: string, coloring = 'test') {
  const store: Store = memoryStore()
  const hub: LocalHub = new Map()
  const line = await squareLine()
  const closing: (() => Promise<unknown>)[] = []
  return {
    store,
    hub,
    line,
    async room(): Promise<string> {
      const { record } = newRoom({ title: '', width: SIDE, height: SIDE })
      await store.addRoom(record, line)
      return record.id
    },
    /** Writes strokes into the room's log. */
    async commit(room: string, ...strokes: Stroke[]): Promise<void> {
      const doc = new Y.Doc()
      for (const stroke of strokes) addStroke(doc, packStroke(stroke))
      await store.append([{ room, bytes: Y.encodeStateAsUpdate(doc), guest: 'g' }])
    },
    /** `loses`: a frame that comes to it. */
    async server(loses: () => boolean = () => false): Promise<TestServer> {
      const redis = openRedis(url)
      const whole = openLocalBus(hub)
      const bus: Bus = {
        ...whole,
        listen: (room, kind, heard) =>
          whole.listen(room, kind, (...said) => (kind === 'frame' && loses() ? undefined : heard(...said))),
      }
      const frames = new Map<string, Heard[]>()
      const statuses = new Map<string, Status[]>()
      if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
      const queued = await openQueuedColoring({
        redis,
        bus,
        coloring,
        events: {
          frame(room, header, bytes, after) {
            const all = frames.get(room) ?? []
            frames.set(room, all)
            all.push({ header: header as SentHeader, bytes, at: performance.now(), ...(after && { after }) })
          },
          status(room, status) {
            statuses.set(room, [...(statuses.get(room) ?? []), status])
          },
        },
      })
      const server = {
        coloring: queued,
        redis,
        bus,
        frames,
        statuses,
        close: () => queued.close(),
      }
      closing.push(() => server.close())
      return server
    },
    worker({ isReal = false, threads = 1 } = {}): ColoringWorker {
      const redis = openRedis(url, { isPatient: true })
      const worker = openWorker({
        store,
        bus: openLocalBus(hub),
        redis,
        coloring,
        engines: Promise.resolve(['cpu']),
        threads,
        log: { info: () => {}, warn: () => {} },
        ...(!isReal && { entry: new URL('./pacedColorist.fixture.ts', import.meta.url) }),
      })
      let closed: Promise<void> | undefined
      const close = () => (closed ??= worker.close())
      closing.push(close)
      return { ...worker, close }
    },
    async close() {
      for (const close of closing.reverse()) await close()
      await store.close()
    },
  }
}

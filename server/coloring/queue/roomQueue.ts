/**
 * The queues between servers and workers. The only file that knows BullMQ.
 *
 * Of rooms: a job says which room and nothing else, for what there is to color is read when its turn comes. At most one job of a room
 * waits and one is under way, so a room's turns never run beside each other, and rooms take turns in the order they rang. What rings
 * `later` waits until nobody else's first picture does. Of what is asked without a room's turn (asks.ts): a job says which question.
 *
 * A worker that ends in the middle keeps its jobs for as long as its lock; then the next worker takes them. Neither queue is the truth:
 * it may be gone at any moment, and whoever rang rings again.
 */
import { Queue, Worker } from 'bullmq'
import type { Redis } from '../../cluster/redis.ts'

/** How long a job stays with a worker that says nothing, and how often that is looked for. */
const LOCK_MS = 3_000
const LOOK_MS = 1_000
/** A job that so many workers ended with is given up. */
const MOST_LOST = 2
const FIRST = 0
const LATER = 1
/** Nobody reads them. */
const EVENTS = 100

const gone = { removeOnComplete: true, removeOnFail: true }
const roomsOf = (coloring: string) => `rooms-${coloring}`
const asksOf = (coloring: string) => `asks-${coloring}`

/** `coloring`: who understand each other (coloringHash.ts). */
export type QueueOptions = { redis: Redis; coloring: string }
export type RoomQueue = ReturnType<typeof openRoomQueue>

export function openRoomQueue({ redis, coloring }: QueueOptions) {
  const options = { connection: redis, prefix: 'nurie', streams: { events: { maxLen: EVENTS } } }
  const rooms = new Queue<{ room: string }>(roomsOf(coloring), options)
  const asks = new Queue<{ ask: string }>(asksOf(coloring), options)
  // What failed rejects; the event, which nobody heard, would end the process.
  for (const queue of [rooms, asks]) queue.on('error', () => {})
  const ring = (room: string, priority: number) =>
    rooms.add('room', { room }, { ...gone, priority, deduplication: { id: room, keepLastIfActive: true } })
  return {
    /** The room has something to color. `wasPutOff`: what waits of it may have rung `later`. Rejects while there is no Redis. */
    async ring(room: string, wasPutOff = false): Promise<void> {
      const { id } = await ring(room, FIRST)
      const waiting = wasPutOff && id ? await rooms.getJob(id) : undefined
      await waiting?.changePriority({ priority: FIRST })
    },
    async ringLater(room: string): Promise<void> {
      await ring(room, LATER)
    },
    async ask(ask: string): Promise<void> {
      await asks.add('ask', { ask }, gone)
    },
    /** Rooms that wait for a first picture, and all that wait. */
    async waiting(): Promise<{ first: number; all: number }> {
      const { wait = 0, prioritized = 0 } = await rooms.getJobCounts('wait', 'prioritized')
      return { first: wait, all: wait + prioritized }
    },
    async close(): Promise<void> {
      await Promise.all([rooms.close(), asks.close()])
    },
  }
}

/** What becomes of a room after its turn: it has more to do behind those that wait now, or when nobody waits. */
export type Turned = 'done' | 'again' | 'later'
export type QueueWork = QueueOptions & {
  color(room: string): Promise<Turned>
  answer(ask: string): Promise<void>
  onFailure(error: Error): void
}
export type QueueWorker = ReturnType<typeof workQueues>

/** Takes one room and one question at a time. Begins paused. */
export function workQueues({ redis, coloring, color, answer, onFailure }: QueueWork) {
  const queue = openRoomQueue({ redis, coloring })
  const options = {
    connection: redis,
    prefix: 'nurie',
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: LOOK_MS,
    maxStalledCount: MOST_LOST,
    autorun: false,
  }
  const rooms = new Worker<{ room: string }, Turned>(
    roomsOf(coloring),
    ({ data }) => color(data.room),
    options,
  )
  const asks = new Worker<{ ask: string }, void>(asksOf(coloring), ({ data }) => answer(data.ask), options)
  // Once the job is over: one that rang meanwhile goes first.
  rooms.on('completed', ({ data }, result) => {
    if (result === 'later') queue.ringLater(data.room).catch(onFailure)
    if (result === 'again') queue.ring(data.room).catch(onFailure)
  })
  const workers = [rooms, asks]
  for (const worker of workers) {
    worker.on('error', onFailure)
    worker.on('failed', (_job, error) => onFailure(error))
  }
  return {
    waiting: queue.waiting,
    start(): void {
      for (const worker of workers) {
        if (worker.isPaused()) void worker.resume()
        else if (!worker.isRunning()) worker.run().catch(onFailure)
      }
    },
    /** Takes nothing more; what is under way goes on. */
    pause(): void {
      for (const worker of workers) worker.pause(true).catch(onFailure)
    },
    /** Ends when what is under way has. */
    async close(): Promise<void> {
      await Promise.all(workers.map((worker) => worker.close()))
      await queue.close()
    },
  }
}

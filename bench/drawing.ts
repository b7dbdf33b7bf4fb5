/**
 * Rooms that draw all at once: each has one painter whose pen hardly ever lifts and one who watches, both stock clients. What
 * everybody gets of the one colorist, and what it costs the server's event loop.
 */
import { encodePoints } from '../shared/points.ts'
import type { FrameHeader } from '../shared/protocol.ts'
import { createRoom, joinRoom, type Guest } from './guest.ts'
import { median, percentile, type Row } from './report.ts'
import { metricOf, startServer } from './server.ts'

/** Live chunks come this often, and a stroke is of so many. */
const CHUNK_MS = 34
const CHUNKS = 25
const SAMPLE = 'fairy'

type Seen = { draft: number[]; refined: number[] }

export async function benchDrawing({ rooms, seconds }: { rooms: number; seconds: number }): Promise<Row[]> {
  const server = await startServer({ env: { NURIE_LIMIT_ROOMS_PER_HOUR: '1000' } })
  const pens = await Promise.all(Array.from({ length: rooms }, () => openPen(server.url)))
  await eventLoopP99(server.url)
  const began = performance.now()
  for (const pen of pens) pen.start()
  await new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
  const lasted = (performance.now() - began) / 1000
  const lag = await eventLoopP99(server.url)
  const seen = pens.map((pen) => pen.stop())
  await server.stop()
  const rates = seen.map(({ draft }) => draft.length / lasted)
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rooms
  const gaps = seen.flatMap(({ refined }) => gapsOf([began, ...refined, began + 1000 * lasted]))
  const drafts = seen.flatMap(({ draft }) => gapsOf(draft))
  const name = rooms === 1 ? '1 room drawing' : `${rooms} rooms drawing at once`
  return [
    { what: `${name}: drafts a second and room, mean`, value: mean, unit: '/s' },
    {
      what: `${name}: worst room's rate against the mean`,
      value: Math.min(...rates) / mean,
      unit: 'x',
      target: '>= 0.5',
    },
    { what: `${name}: from one draft to the next, median`, value: median(drafts), unit: 'ms' },
    { what: `${name}: from one draft to the next, p95`, value: percentile(drafts, 0.95), unit: 'ms' },
    { what: `${name}: longest time without a refined picture`, value: Math.max(...gaps), unit: 'ms' },
    { what: `${name}: server's event loop delay, p99`, value: lag, unit: 'ms', target: '<= 50' },
  ]
}

/** A room with somebody who draws in it and somebody who counts the frames; its first pictures have come. */
async function openPen(url: string) {
  const { room, width, height, keys } = await createRoom(url, SAMPLE)
  const [painter, watcher] = await Promise.all([
    joinRoom(url, room, keys.edit),
    joinRoom(url, room, keys.view),
  ])
  await watcher.frame('refined', -1)
  const seen: Seen = { draft: [], refined: [] }
  const start = drawing(painter, 8 * width, 8 * height)
  let stop = () => {}
  return {
    start() {
      watcher.socket.on('frame', ({ stage }: FrameHeader) => seen[stage].push(performance.now()))
      stop = start()
    },
    stop(): Seen {
      stop()
      painter.leave()
      watcher.leave()
      return seen
    },
  }
}

/** Starts a guest's pen, which hardly ever lifts, and gives what stops it. */
export function drawing(painter: Guest, width: number, height: number): () => () => void {
  const more = draw(painter, width, height)
  return () => {
    const timer = setInterval(more, CHUNK_MS)
    return () => clearInterval(timer)
  }
}

/** Draws one more live chunk each time it is called; commits a stroke when it is long enough and begins the next. */
function draw(painter: Guest, width: number, height: number): () => void {
  let stroke = 0
  let seq = 0
  let points: number[] = []
  return () => {
    const row = Math.round(height * (0.1 + ((stroke * 0.37) % 0.8)))
    const color = (0x3060c0 + stroke * 40503) & 0xffffff
    const first = points.slice(-3)
    const next = [Math.round(width * (0.1 + (0.8 * seq) / CHUNKS)), row, 255]
    points.push(...next)
    const chunk = { tool: 'brush', color, width: 8 * 24, points: encodePoints([...first, ...next]) }
    painter.socket.emit('live', { stroke: painter.idOf(stroke + 1), seq: seq++, ...chunk })
    if (seq < CHUNKS) return
    painter.paint(points, color)
    stroke++
    seq = 0
    points = []
  }
}

const gapsOf = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!)

/** Of the time since this was last asked. */
async function eventLoopP99(url: string): Promise<number> {
  return 1000 * (await metricOf(url, 'nurie_nodejs_eventloop_lag_p99_seconds'))
}

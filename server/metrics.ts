/** What operators measure, in Prometheus' text format. No room, guest or address appears as a label. The only file that knows prom-client. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode, Stage } from '../shared/protocol.ts'
import type { Dropped } from './realtime/eventGuard.ts'

export type Metrics = {
  request(route: string, status: number, seconds: number): void
  refused(channel: 'http' | 'yjs' | 'socket', code: RefusalCode): void
  /** Dropped silently, for it was too fast. */
  dropped(event: Dropped): void
  commit(updates: number, seconds: number): void
  commitFailed(): void
  held(code: RefusalCode): void
  frame(stage: Stage, milliseconds: number, bytes: number): void
  /** Values read when the metrics are asked for. */
  gauge(name: string, help: string, read: () => number): void
  text(): Promise<string>
  contentType: string
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'nurie_' })
  const requests = new Histogram({
    name: 'nurie_http_request_seconds',
    help: 'HTTP requests by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  })
  const refusals = new Counter({
    name: 'nurie_refusals_total',
    help: 'What was refused, by channel and code',
    labelNames: ['channel', 'code'],
    registers,
  })
  const drops = new Counter({
    name: 'nurie_dropped_total',
    help: 'Events that came too fast and were dropped silently',
    labelNames: ['event'],
    registers,
  })
  const commits = new Histogram({
    name: 'nurie_commit_seconds',
    help: 'Time of one durable commit',
    buckets: [0.001, 0.005, 0.02, 0.05, 0.25, 1, 5],
    registers,
  })
  const updates = new Counter({ name: 'nurie_updates_total', help: 'Updates made durable', registers })
  const failures = new Counter({
    name: 'nurie_commit_failures_total',
    help: 'Commits that failed and were tried again',
    registers,
  })
  const held = new Counter({
    name: 'nurie_held_back_total',
    help: 'Connections whose changes were held back, by reason',
    labelNames: ['code'],
    registers,
  })
  const frames = new Histogram({
    name: 'nurie_frame_seconds',
    help: 'Time the networks took for a frame',
    labelNames: ['stage'],
    buckets: [0.01, 0.03, 0.1, 0.2, 0.4, 0.8, 2],
    registers,
  })
  const frameBytes = new Counter({
    name: 'nurie_frame_bytes_total',
    help: 'Bytes of encoded frames',
    labelNames: ['stage'],
    registers,
  })
  return {
    request: (route, status, seconds) => requests.observe({ route, status }, seconds),
    refused: (channel, code) => refusals.inc({ channel, code }),
    dropped: (event) => drops.inc({ event }),
    commit(count, seconds) {
      commits.observe(seconds)
      updates.inc(count)
    },
    commitFailed: () => failures.inc(),
    held: (code) => held.inc({ code }),
    frame(stage, milliseconds, bytes) {
      frames.observe({ stage }, milliseconds / 1000)
      frameBytes.inc({ stage }, bytes)
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

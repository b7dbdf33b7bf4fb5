/**
 * What operators measure, in Prometheus' text format: the measures of metricList.ts and Node's own. No room, guest or address appears
 * as a label. The only file that knows prom-client.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode, Stage } from '../shared/protocol.ts'
import { counters, gauges, histograms, type GaugeName } from './metricList.ts'
import type { Dropped } from './realtime/eventGuard.ts'

export type Channel = 'http' | 'yjs' | 'socket'
/** What made a server look at what others had written. */
export type CatchUpReason = 'news' | 'poll' | 'look' | 'behind'
/** Why a whole document's difference was sent: a connection began, its reader had been slow, what was held back was asked for. */
export type ResyncReason = 'connection' | 'slow' | 'held'

type Read = () => number | Promise<number>
type ReadEach = () => Record<string, number> | Promise<Record<string, number>>
type Labelled = {
  [Name in GaugeName]: (typeof gauges)[Name] extends { label: string } ? Name : never
}[GaugeName]

export type Metrics = {
  request(route: string, status: number, seconds: number): void
  refused(channel: Channel, code: RefusalCode): void
  /** Dropped silently, for it was too fast. */
  dropped(event: Dropped): void
  strokes(count: number): void
  /** Of one update: since it came. */
  saved(seconds: number): void
  commit(updates: number, seconds: number): void
  commitFailed(): void
  held(code: RefusalCode): void
  /** A draft began: how long its oldest change had waited. */
  queueWait(seconds: number): void
  frame(stage: Stage, milliseconds: number, bytes: number): void
  /** A frame left for a socket; `age`: since the change it was made for, in seconds, unknown for what was there before the socket. */
  frameSent(stage: Stage, bytes: number, age?: number): void
  caughtUp(reason: CatchUpReason): void
  resync(reason: ResyncReason): void
  childRestarted(child: 'colorist' | 'images'): void
  retention(what: 'archived' | 'condemned' | 'deleted' | 'failed'): void
  /** Values read when the metrics are asked for; one that cannot be read is left out. */
  gauge(name: Exclude<GaugeName, Labelled>, read: Read): void
  gauge(name: Labelled, read: ReadEach): void
  text(): Promise<string>
  contentType: string
}

export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'nurie_' })
  const times = Object.fromEntries(
    Object.entries(histograms).map(([key, how]) => [
      key,
      new Histogram({ ...how, labelNames: [...how.labelNames], buckets: [...how.buckets], registers }),
    ]),
  ) as Record<keyof typeof histograms, Histogram>
  const counts = Object.fromEntries(
    Object.entries(counters).map(([key, how]) => [
      key,
      new Counter({ ...how, labelNames: [...how.labelNames], registers }),
    ]),
  ) as Record<keyof typeof counters, Counter>

  return {
    request: (route, status, seconds) => times.request.observe({ route, status }, seconds),
    refused(channel, code) {
      counts.refusals.inc({ channel, code })
      if (code === 'too-slow') counts.slowCloses.inc({ channel })
    },
    dropped: (event) => counts.dropped.inc({ event }),
    strokes: (count) => counts.strokes.inc(count),
    saved: (seconds) => times.saved.observe(seconds),
    commit(updates, seconds) {
      times.commit.observe(seconds)
      counts.updates.inc(updates)
    },
    commitFailed: () => counts.commitFailures.inc(),
    held: (code) => counts.held.inc({ code }),
    queueWait: (seconds) => times.queueWait.observe(seconds),
    frame(stage, milliseconds, bytes) {
      times.frame.observe({ stage }, milliseconds / 1000)
      counts.frameBytes.inc({ stage }, bytes)
    },
    frameSent(stage, bytes, age) {
      counts.framesSent.inc({ stage })
      counts.framesSentBytes.inc(bytes)
      if (age !== undefined) times.frameAge.observe({ stage }, age)
    },
    caughtUp: (reason) => counts.catchUps.inc({ reason }),
    resync: (reason) => counts.resyncs.inc({ reason }),
    childRestarted: (child) => counts.childRestarts.inc({ child }),
    retention: (what) => counts.retention.inc({ what }),
    gauge(name: GaugeName, read: Read | ReadEach) {
      const { help, ...how }: { name: string; help: string; label?: string } = gauges[name]
      const { label } = how
      new Gauge({
        name: how.name,
        help,
        labelNames: label === undefined ? [] : [label],
        registers,
        async collect() {
          this.reset()
          const value = await valueOf(read)
          if (typeof value === 'number') this.set(value)
          else if (label === undefined) this.remove()
          else for (const [each, count] of Object.entries(value ?? {})) this.set({ [label]: each }, count)
        },
      })
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

async function valueOf(read: Read | ReadEach): Promise<number | Record<string, number> | undefined> {
  try {
    return await read()
  } catch {
    return undefined
  }
}

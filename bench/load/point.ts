/** One load on one peer, measured: what people noticed, what it cost the server, and whether the generators can be believed. */
import { metricOf } from '../server.ts'
import { percentile } from '../report.ts'
import type { Counted } from './generator.ts'
import type { Generators } from './generators.ts'
import type { Peer, PeerName, ServicesUse } from './peers.ts'
import { useOf, type Use } from './processUse.ts'
import { deliveriesOf, strokesOf, type Workload } from './workload.ts'

export type Spread = { n: number; p50: number; p95: number; p99: number }
export type Told = {
  commits: number
  commitMs: number
  draft: number
  refined: number
  draftMs: number
  refinedMs: number
}
export type Point = {
  peer: PeerName
  load: Workload
  strokes: number
  deliveries: number
  toOthers: Spread
  /** The same at stock clients, which are a few. */
  toStock: Spread
  toSaved: Spread
  toLive: Spread
  /** Never came; came more than once; are more than once in the document (generator.ts). */
  lost: number
  repeated: number
  doubled: number
  refusals: Record<string, number>
  frames: Counted['frames']
  /** What the people received and sent, both channels. */
  bytes: Counted['bytes']
  /** Of the server (all of them): seconds of CPU while it lasted, those of the event loops alone, those of what colors, resident bytes. */
  server: { cpu: number; loop: number; coloring: number; resident: number }
  /** What Nurie tells of itself while it lasted: durable commits and pictures, with the milliseconds they took together. */
  told?: Told
  /** Of a cluster, while it lasted: what its database and its bus did, and the seconds of CPU it took them. */
  services?: ServicesUse
  generators: { loopP99: number; lateP99: number }
  /** A generator was too busy to be believed. */
  isVoid: boolean
}

/** Of a generator: beyond that a run says more of it than of the server. */
export const VOID_MS = 20

export function spreadOf(values: readonly number[]): Spread {
  const at = (share: number) => Math.round(100 * percentile(values, share)) / 100
  return { n: values.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

export async function measurePoint(peer: Peer, generators: Generators, load: Workload): Promise<Point> {
  await generators.join(load, peer.protocol, await peer.places(load.rooms, load.guests))
  let before: Use[] = []
  let after: Use[] = []
  const use = () => [useOf(peer.pids), useOf(peer.workers)]
  const told = await toldBy(peer)
  const servicesBefore = await peer.services?.()
  const counted = await generators.draw(load, {
    begun: () => (before = use()),
    ended: () => (after = use()),
  })
  const servicesAfter = await peer.services?.()
  const toldAfter = await toldBy(peer)
  await generators.leave()
  const [server, workers] = [0, 1].map((i) => ({
    cpu: after[i]!.cpu - before[i]!.cpu,
    loop: after[i]!.loop - before[i]!.loop,
    children: after[i]!.children - before[i]!.children,
  }))
  const { loopP99, lateP99, lost, repeated, doubled, refusals, frames, bytes } = counted
  return {
    peer: peer.name,
    load,
    strokes: strokesOf(load),
    deliveries: deliveriesOf(load),
    toOthers: spreadOf([...counted.toOthers, ...counted.toStock]),
    toStock: spreadOf(counted.toStock),
    toSaved: spreadOf(counted.toSaved),
    toLive: spreadOf(counted.toLive),
    lost,
    repeated,
    doubled,
    refusals,
    frames,
    bytes,
    server: {
      cpu: server!.cpu,
      loop: server!.loop,
      coloring: server!.children + workers!.cpu + workers!.children,
      resident: after[0]!.resident,
    },
    ...(peer.urls.length > 0 && { told: difference(toldAfter, told) }),
    ...(servicesAfter && { services: difference(servicesAfter, servicesBefore!) }),
    generators: { loopP99, lateP99 },
    isVoid: Math.max(loopP99, lateP99) > VOID_MS,
  }
}

/** So far, of all its servers. */
async function toldBy({ urls }: Peer): Promise<Told> {
  const sum = async (name: string) => {
    const values = await Promise.all(urls.map((url) => metricOf(url, name)))
    return values.reduce((all, value) => all + (Number.isNaN(value) ? 0 : value), 0)
  }
  const frames = (stage: string, what: string) => sum(`nurie_frame_seconds_${what}{stage="${stage}"}`)
  return {
    commits: await sum('nurie_commit_seconds_count'),
    commitMs: 1000 * (await sum('nurie_commit_seconds_sum')),
    draft: await frames('draft', 'count'),
    refined: await frames('refined', 'count'),
    draftMs: 1000 * (await frames('draft', 'sum')),
    refinedMs: 1000 * (await frames('refined', 'sum')),
  }
}

function difference<Counts extends Record<string, number>>(a: Counts, b: Counts): Counts {
  return Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value - b[name]!])) as Counts
}

/**
 * `npm run bench:load [-- --quick]`: Nurie beside Hocuspocus 3 and a bare relay, all started by it on this machine and loaded by the same
 * people in the same run; prints a table and writes bench/results/load.json and load.svg. About six minutes, quick half a minute.
 *
 * With any of these, that load alone: `--rooms 5,50` `--guests 4` (a room) `--drawing 0.5` (share of them) `--rate 1` (strokes a second of
 * each who draws) `--live 0` (pieces of the stroke under the pen a second, Nurie only) `--seconds 4` `--peers nurie,relay` (of
 * `peerNames`) `--servers 2` (Nurie as a cluster too) `--workers 1` (of the cluster) `--idle 400` (people at rest) `--storm 200` (people who come
 * at once). `--generators 2`: processes the people are in.
 *
 * `--capacity`: measures nothing, and makes deploy/operations/capacity.md of what was measured last.
 */
import { parseArgs } from 'node:util'
import { openGenerators } from './generators.ts'
import { loadReport, type LoadResults } from './loadReport.ts'
import { peerNames, startPeer, type Peer, type PeerName } from './peers.ts'
import { measurePoint } from './point.ts'
import { measureRest } from './rest.ts'
import { measureStorm } from './storm.ts'
import type { Workload } from './workload.ts'
import { writeCapacity } from './writeCapacity.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rooms: { type: 'string' },
    guests: { type: 'string' },
    drawing: { type: 'string' },
    rate: { type: 'string' },
    live: { type: 'string' },
    seconds: { type: 'string' },
    peers: { type: 'string' },
    servers: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    idle: { type: 'string' },
    storm: { type: 'string' },
    generators: { type: 'string', default: '2' },
    capacity: { type: 'boolean', default: false },
  },
})

if (values.capacity) {
  await writeCapacity()
  process.exit(0)
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new Error(`${text} is not a number`)
  return value
}

function peersOf(text: string): PeerName[] {
  const names = text.split(',')
  const unknown = names.find((name) => !peerNames.includes(name as PeerName))
  if (unknown !== undefined) throw new Error(`there is no peer ${unknown}: ${peerNames.join(', ')}`)
  return names as PeerName[]
}

const { quick } = values
const asked = ['rooms', 'guests', 'drawing', 'rate', 'live', 'seconds', 'peers', 'idle', 'storm'] as const
const isOwn = asked.some((name) => values[name] !== undefined) || values.servers !== '1'
/** Of the chart. The product with its networks last: what it colors afterwards is nobody else's. */
const standard: readonly PeerName[] = [
  'relay',
  'hocuspocus',
  'hocuspocus-sqlite',
  'nurie-uncolored',
  'nurie-cluster',
  'nurie',
]
const chosen = values.peers
  ? peersOf(values.peers)
  : isOwn
    ? (['relay', 'hocuspocus', 'nurie'] as const)
    : standard
const names: PeerName[] = [...(quick ? (['relay', 'hocuspocus', 'nurie'] as const) : chosen)]
if (values.servers === '2' && !names.includes('nurie-cluster')) names.push('nurie-cluster')

const load: Workload = {
  rooms: 0,
  guests: number(values.guests ?? '4'),
  drawing: number(values.drawing ?? '0.5'),
  seconds: number(values.seconds ?? (quick ? '2' : '3')),
  rate: number(values.rate ?? '1'),
  live: number(values.live ?? '0'),
}
const rooms = (values.rooms ?? (isOwn ? '20' : quick ? '5,20' : '5,20,50,100,200')).split(',').map(number)
const idle = number(values.idle ?? (isOwn ? '0' : quick ? '80' : '400'))
const storm = number(values.storm ?? (isOwn ? '0' : quick ? '40' : '200'))

/** Fifty rooms of four, half drawing, ever faster: where each ends. */
const FASTER = [5, 10, 20, 40]
/** A load is beyond what a server takes when it comes so late, and a faster one need not be tried. */
const TOO_LATE_MS = 1_000
/**
 * What the model's costs are taken from: hardly anything happens; strokes that one other person gets, a few and many; strokes that seven
 * get; pens that are seen; a few rooms whose pictures come fast. None of them is a load of the chart, on which the model is then tried.
 */
const each = { seconds: 5, live: 0 }
const calibration: readonly { peer: PeerName; load: Workload }[] = [
  { peer: 'nurie-uncolored', load: { ...each, rooms: 50, guests: 4, drawing: 0.25, rate: 1 / 6 } },
  { peer: 'nurie-uncolored', load: { ...each, rooms: 60, guests: 2, drawing: 0.5, rate: 1 } },
  { peer: 'nurie-uncolored', load: { ...each, rooms: 60, guests: 2, drawing: 0.5, rate: 10 } },
  { peer: 'nurie-uncolored', load: { ...each, rooms: 20, guests: 8, drawing: 0.125, rate: 6 } },
  { peer: 'nurie-uncolored', load: { ...each, rooms: 20, guests: 4, drawing: 0.5, rate: 1, live: 25 } },
  { peer: 'nurie', load: { ...each, rooms: 2, guests: 8, drawing: 0.125, rate: 1, live: 25 } },
  { peer: 'nurie-cluster', load: { ...each, rooms: 60, guests: 2, drawing: 0.5, rate: 4 } },
  { peer: 'nurie-cluster', load: { ...each, rooms: 20, guests: 4, drawing: 0.5, rate: 1, live: 25 } },
  { peer: 'nurie-cluster', load: { ...each, rooms: 2, guests: 8, drawing: 0.125, rate: 1, live: 25 } },
]

const warming = { rooms: 20, guests: 4, drawing: 0.5, seconds: quick ? 1.5 : 2, rate: 5, live: 0 }

const generators = openGenerators(number(values.generators))
const peers: Peer[] = []
for (const name of names) peers.push(await startPeer(name, { workers: number(values.workers) }))
const results: LoadResults = { rest: [], storm: [], sweep: [], faster: [], calibration: [] }
const report = loadReport(results)
try {
  for (const peer of idle > 0 ? peers : [])
    report.rest(await measureRest(peer, generators, { people: idle, seconds: quick ? 1 : 2 }))
  // Code that has not run yet is slow: not what is asked here.
  for (const peer of peers) await measurePoint(peer, generators, warming)
  // One after the other at every size, so that a slow minute of the machine is nobody's own.
  for (const count of rooms) {
    for (const peer of peers) report.sweep(await measurePoint(peer, generators, { ...load, rooms: count }))
  }
  if (!isOwn && !quick) {
    for (const { peer, load } of calibration)
      report.calibration(
        await measurePoint(
          peers.find(({ name }) => name === peer)!,
          generators,
          load,
        ),
      )
    for (const peer of peers.filter(({ name }) => name !== 'nurie' && name !== 'hocuspocus-sqlite')) {
      for (const rate of FASTER) {
        const point = await measurePoint(peer, generators, { ...load, rooms: 50, rate })
        report.faster(point)
        if (point.lost > 0 || point.toOthers.p50 > TOO_LATE_MS) break
      }
    }
  }
  for (const peer of storm > 0 ? peers : [])
    report.storm(await measureStorm(peer, generators, { people: storm, strokes: quick ? 500 : 1_000 }))
  await report.write(isOwn ? 'load-own' : quick ? 'load-quick' : 'load')
  if (!isOwn && !quick) await writeCapacity()
} finally {
  generators.close()
  for (const peer of peers) await peer.stop()
}
const isBroken = [...results.sweep, ...results.calibration].some(({ lost, doubled }) => lost + doubled > 0)
process.exit(isBroken ? 1 : 0)

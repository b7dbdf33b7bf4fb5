/**
 * What things cost a server, taken from measurements by least squares: of several loads that differ in what they have much of, how much of
 * the CPU, or of the bytes, each kind of thing must have been. No cost is below zero.
 */
import type { Row } from '../report.ts'
import type { LoadResults } from './loadReport.ts'
import type { Point } from './point.ts'
import type { Workload } from './workload.ts'

/** Milliseconds of CPU. */
export type Cpu = {
  /** A person who is there, a second. */
  person: number
  /** A stroke let in and made durable. */
  stroke: number
  /** Passing it on to one other person, and telling them that it is durable. */
  delivery: number
  /** Passing one piece of a stroke under the pen on to one other person, its share of taking it in included. */
  piece: number
}

export type Costs = {
  /** All threads of a server, and its event loop alone: one loop is all that one process has. */
  all: Cpu
  loop: Cpu
  /** To one person: of a stroke, of telling that a stroke is durable, of a piece, of a picture. */
  bytes: { stroke: number; saved: number; piece: number; picture: number }
  /** Resident bytes of a person at rest, their part of a room included. */
  personBytes: number
  /** Of one durable commit, milliseconds. */
  commitMs: number
  /** Core-milliseconds of the networks, on two threads, and of everything else a pair of pictures needs (raster, hint map, encoding). */
  draftMs: number
  refineMs: number
  aroundMs: number
  /** Of a cluster, a stroke: CPU of the database and of the bus; undefined until a cluster was measured. */
  cluster: { postgresMs: number; redisMs: number; commits: number; commands: number } | undefined
}

/** How much of each kind of thing a load has. */
export function amountsOf(load: Workload, strokes: number, deliveries: number): number[] {
  const { rooms, guests, seconds, live } = load
  const painters = strokes / Math.max(1, Math.floor(seconds * load.rate))
  const pieces = painters * Math.floor(seconds * live) * (guests - 1)
  return [rooms * guests * seconds, strokes, deliveries, pieces]
}

/** CPU milliseconds that these costs say a load takes. */
export function predictedCpu(
  cpu: Cpu,
  { load, strokes, deliveries }: Pick<Point, 'load' | 'strokes' | 'deliveries'>,
) {
  const costs = [cpu.person, cpu.stroke, cpu.delivery, cpu.piece]
  return amountsOf(load, strokes, deliveries).reduce((sum, amount, i) => sum + amount * costs[i]!, 0)
}

/** x of the least squares of `rows` x = `values`, each at least 0: what would be below is left out and the rest solved again. */
export function leastSquares(rows: readonly number[][], values: readonly number[]): number[] {
  const count = rows[0]!.length
  let used = Array.from({ length: count }, (_, i) => i)
  for (;;) {
    // Normal equations, each column scaled to 1: amounts differ by thousands.
    const scale = used.map((i) => Math.hypot(...rows.map((row) => row[i]!)) || 1)
    const column = (row: readonly number[], j: number) => row[used[j]!]! / scale[j]!
    const matrix = used.map((_, a) => [
      ...used.map((_, b) => rows.reduce((sum, row) => sum + column(row, a) * column(row, b), 0)),
      rows.reduce((sum, row, r) => sum + column(row, a) * values[r]!, 0),
    ])
    const solved = solve(matrix).map((value, j) => value / scale[j]!)
    const least = Math.min(...solved, 0)
    if (least >= 0) return Array.from({ length: count }, (_, i) => solved[used.indexOf(i)] ?? 0)
    used = used.filter((_, j) => solved[j] !== least)
  }
}

/** Gauss with pivots; the last column is the right side. */
function solve(matrix: number[][]): number[] {
  const n = matrix.length
  for (let i = 0; i < n; i++) {
    const pivot = matrix
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(matrix[best]![i]!) ? i + k : best), i)
    ;[matrix[i], matrix[pivot]] = [matrix[pivot]!, matrix[i]!]
    const top = matrix[i]!
    for (let k = 0; k < n; k++) {
      const row = matrix[k]!
      if (k === i || top[i] === 0) continue
      const factor = row[i]! / top[i]!
      for (let j = i; j <= n; j++) row[j]! -= factor * top[j]!
    }
  }
  return matrix.map((row, i) => (row[i] === 0 ? 0 : row[n]! / row[i]!))
}

function cpuOf(points: readonly Point[], of: (point: Point) => number): Cpu {
  const rows = points.map(({ load, strokes, deliveries }) => amountsOf(load, strokes, deliveries))
  const [person, stroke, delivery, piece] = leastSquares(
    rows,
    points.map((point) => 1000 * of(point)),
  )
  return { person: person!, stroke: stroke!, delivery: delivery!, piece: piece! }
}

/** `rows`: of bench.json, where the networks were measured. */
export function costsOf({ calibration, sweep, rest }: LoadResults, rows: readonly Row[]): Costs {
  const perByte = calibration.map(({ load, strokes, deliveries }) => {
    const [, , , pieces] = amountsOf(load, strokes, deliveries)
    return [strokes * load.guests, deliveries, pieces!]
  })
  const [saved, stroke, piece] = leastSquares(
    perByte,
    calibration.map(({ bytes }) => bytes.received),
  )
  const frames = sweep
    .filter(({ peer, frames }) => peer === 'nurie' && frames.draft > 0)
    .map(({ frames }) => frames)
  const sent = frames.reduce((sum, { draft, refined }) => sum + draft + refined, 0)
  const told = calibration.flatMap(({ told }) => (told ? [told] : []))
  const sumOf = (of: (each: (typeof told)[number]) => number) => told.reduce((sum, each) => sum + of(each), 0)
  const row = (what: string) => {
    const found = rows.find((each) => each.what === what)
    if (!found) throw new Error(`bench.json has no row "${what}"`)
    return found.value
  }
  const clustered = sweep.filter(({ peer, services }) => peer === 'nurie-cluster' && services).at(-1)
  const each = (value: number) => value / clustered!.strokes
  return {
    all: cpuOf(calibration, ({ server }) => server.cpu),
    loop: cpuOf(calibration, ({ server }) => server.loop),
    bytes: {
      stroke: stroke!,
      saved: saved!,
      piece: piece!,
      picture: frames.reduce((sum, { bytes }) => sum + bytes, 0) / sent,
    },
    personBytes: rest.find(({ peer }) => peer === 'nurie')!.bytes,
    commitMs: sumOf(({ commitMs }) => commitMs) / sumOf(({ commits }) => commits),
    draftMs: THREADS * row('draft network, page of 512'),
    refineMs: THREADS * row('refine network, page of 512'),
    aroundMs: row('of that outside the networks'),
    cluster: clustered && {
      postgresMs: 1000 * each(clustered.services!.postgresCpu),
      redisMs: 1000 * each(clustered.services!.redisCpu),
      commits: each(clustered.services!.commits),
      commands: each(clustered.services!.commands),
    },
  }
}

/** Of the networks where bench.json was measured (server/config.ts: at most one a core). */
const THREADS = 2

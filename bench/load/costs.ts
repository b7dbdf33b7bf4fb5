/**
 * What things cost a server, taken from measurements by least squares: of several loads that differ in what they have much of, how much of
 * the CPU, or of the bytes, each kind of thing must have been. No cost is below zero.
 */
import type { Row } from '../report.ts'
import type { LoadResults } from './loadReport.ts'
import type { Point } from './point.ts'
import { paintersOf, type Workload } from './workload.ts'

/** Milliseconds of CPU. */
export type Cpu = {
  /** A person who is there, a second. */
  person: number
  /** A stroke let in. */
  stroke: number
  /** Passing it on to one other person, and telling them that it is durable. */
  delivery: number
  /** Passing one piece of a stroke under the pen on to one other person, its share of taking it in included. */
  piece: number
  /** A durable commit, of however many strokes. */
  commit: number
}

export type Costs = {
  /** All threads of a server that is alone, and its event loop: one loop is all that one process has. */
  all: Cpu
  loop: Cpu
  /**
   * A cluster's servers together, against one that is alone: so many times the work, for each has every room that one of its people is in,
   * and so much for an open room, a second.
   */
  cluster: { all: Spread; loop: Spread }
  /** To one person: of a stroke, of telling that a stroke is durable, of a piece, of a picture. */
  bytes: { stroke: number; saved: number; piece: number; picture: number }
  /** Resident bytes of a person at rest, their part of a room included. */
  personBytes: number
  /** Of one durable commit, milliseconds: a server makes one at a time. */
  commitMs: number
  /** Core-milliseconds of the networks, on two threads, and of everything else a pair of pictures needs (raster, hint map, encoding). */
  draftMs: number
  refineMs: number
  aroundMs: number
  /** CPU of a cluster's database: of an open room, a second; of a stroke. Of its bus: of whatever changes a picture, a stroke or a piece. */
  postgres: { room: number; stroke: number }
  redis: { room: number; change: number }
}
export type Spread = { factor: number; room: number }

type Amounts = { people: number; strokes: number; deliveries: number; piecesIn: number; pieces: number }

/** How much of each kind of thing a load has; people times seconds. */
function amountsOf({ load, strokes, deliveries }: Pick<Point, 'load' | 'strokes' | 'deliveries'>): Amounts {
  const { rooms, guests, seconds, live } = load
  const piecesIn = rooms * paintersOf(load) * Math.floor(seconds * live)
  return { people: rooms * guests * seconds, strokes, deliveries, piecesIn, pieces: piecesIn * (guests - 1) }
}

/**
 * Commits that so many strokes a second are to one server: what comes while one runs waits for the next, so they are fewer than strokes, and
 * never more than fit one after the other.
 */
export const commitsOf = (strokesASecond: number, commitMs: number) =>
  strokesASecond / (1 + (strokesASecond * commitMs) / 1000)

/** CPU milliseconds that these costs say a load takes on one server; of several that share it, all of theirs. */
export function predictedCpu(
  cpu: Cpu,
  commitMs: number,
  point: Pick<Point, 'load' | 'strokes' | 'deliveries'>,
  servers = 1,
): number {
  const { people, strokes, deliveries, pieces } = amountsOf(point)
  const { seconds } = point.load
  const commits = seconds * servers * commitsOf(strokes / seconds / servers, commitMs)
  return (
    people * cpu.person +
    strokes * cpu.stroke +
    deliveries * cpu.delivery +
    pieces * cpu.piece +
    commits * cpu.commit
  )
}

/** The strokes a second at which this load's event loop would have nothing left; of half as many first, then doubled and halved. */
export function saturationOf({ loop, commitMs }: Pick<Costs, 'loop' | 'commitMs'>, load: Workload): number {
  const painters = load.rooms * paintersOf(load)
  const busy = (rate: number) => {
    const strokes = painters * rate
    const point = {
      load: { ...load, seconds: 1, rate, live: 0 },
      strokes,
      deliveries: strokes * (load.guests - 1),
    }
    return predictedCpu(loop, commitMs, point) / 1000
  }
  let [low, high] = [0, 1]
  while (busy(high) < 1 && high < 1e6) high *= 2
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2
    if (busy(middle) < 1) low = middle
    else high = middle
  }
  return painters * low
}

/** x of the least squares of `rows` x = `values`, each at least 0: what would be below is left out and the rest solved again. */
export function leastSquares(rows: readonly number[][], values: readonly number[]): number[] {
  if (![...rows.flat(), ...values].every(Number.isFinite)) throw new Error('something was not measured')
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
    used = used.filter((_, j) => solved[j]! > least)
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

/** Each measurement counts by how far off it is in parts of itself, not in milliseconds: small loads are no less true. */
function costsFrom(
  points: readonly Point[],
  columns: (point: Point) => number[],
  value: (point: Point) => number,
) {
  const weight = (point: Point) => 1 / Math.max(value(point), LEAST_MS)
  return leastSquares(
    points.map((point) => columns(point).map((amount) => amount * weight(point))),
    points.map((point) => value(point) * weight(point)),
  )
}

/** Loads of the chart on which the model is tried, and that it is not made from. */
export const TRIED_ROOMS = [50, 200]

/** CPU is told in hundredths of a second. */
const LEAST_MS = 10

function cpuOf(points: readonly Point[], value: (point: Point) => number): Cpu {
  const columns = (point: Point) => {
    const { people, strokes, deliveries, pieces } = amountsOf(point)
    return [people, strokes, deliveries, pieces, point.told!.commits]
  }
  const [person, stroke, delivery, piece, commit] = costsFrom(points, columns, value) as FiveCosts
  return { person, stroke, delivery, piece, commit }
}
type FiveCosts = [number, number, number, number, number]

/** `rows`: of bench.json, where the networks were measured. */
export function costsOf({ calibration, sweep, rest }: LoadResults, rows: readonly Row[]): Costs {
  const alone = calibration.filter(({ peer }) => peer === 'nurie-uncolored')
  // Also loads of the chart, but for those on which the model is tried.
  const clusters = [...sweep.filter(({ load }) => !TRIED_ROOMS.includes(load.rooms)), ...calibration].filter(
    ({ peer }) => peer === 'nurie-cluster',
  )
  const commits = alone.reduce((sum, { told }) => sum + told!.commits, 0)
  const commitMs = alone.reduce((sum, { told }) => sum + told!.commitMs, 0) / commits
  const all = cpuOf(alone, ({ server }) => 1000 * server.cpu)
  const loop = cpuOf(alone, ({ server }) => 1000 * server.loop)
  const told = (point: Point) => [
    point.strokes * point.load.guests,
    point.deliveries,
    amountsOf(point).pieces,
  ]
  const [saved, stroke, piece] = costsFrom(alone, told, ({ bytes }) => bytes.received) as [
    number,
    number,
    number,
  ]
  const row = (what: string) => {
    const found = rows.find((each) => each.what === what)
    if (!found) throw new Error(`bench.json has no row "${what}"`)
    return found.value
  }
  const openFor = ({ load }: Point) => load.rooms * load.seconds
  const [room, written] = costsFrom(
    clusters,
    (point) => [openFor(point), point.strokes],
    ({ services }) => 1000 * services!.postgresCpu,
  ) as [number, number]
  const [shown, change] = costsFrom(
    clusters,
    (point) => [openFor(point), point.strokes + amountsOf(point).piecesIn],
    ({ services }) => 1000 * services!.redisCpu,
  ) as [number, number]
  const spreadOf = (cpu: Cpu, value: (point: Point) => number): Spread => {
    const columns = (point: Point) => [predictedCpu(cpu, commitMs, point, SERVERS), openFor(point)]
    const [factor, room] = costsFrom(clusters, columns, value) as [number, number]
    return { factor, room }
  }
  return {
    all,
    loop,
    cluster: {
      all: spreadOf(all, ({ server }) => 1000 * server.cpu),
      loop: spreadOf(loop, ({ server }) => 1000 * server.loop),
    },
    bytes: { stroke, saved, piece, picture: 1000 * row('patches: bytes a frame, mean') },
    personBytes: rest.find(({ peer }) => peer === 'nurie')!.bytes,
    commitMs,
    draftMs: THREADS * row('draft network, page of 512'),
    refineMs: THREADS * row('refine network, page of 512'),
    aroundMs: row('of that outside the networks'),
    postgres: { room, stroke: written },
    redis: { room: shown, change },
  }
}

/** Of the networks where bench.json was measured (server/config.ts: at most one a core), and of the cluster that was measured. */
const THREADS = 2
export const SERVERS = 2

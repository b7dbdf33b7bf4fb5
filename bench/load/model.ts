/**
 * How much of everything so and so many drawing people need: the measured costs (costs.ts) times what a drawing person does, step by step.
 * What was not measured is in `assumed`, by name. `deploy/operations/capacity.md` shows it (capacity.ts).
 */
import { commitsOf, type Costs, type Cpu, type Spread } from './costs.ts'

/** Assumptions; everything else is measured. */
export const assumed = {
  /** People a room, and those of them who draw. */
  people: 4,
  drawing: 2,
  /** Of each who draws: strokes a second; pieces a second while the pen is down, and the share of time that it is. */
  strokes: 1,
  pieces: 25,
  penDown: 0.6,
  /** Pictures a second that a room drawn in is to get. */
  drafts: 4,
  refined: 1,
  /** What a core, an event loop or a GPU is loaded with, so that waiting stays short. */
  utilization: 0.6,
  /** Of one machine. */
  cores: 16,
  memoryBytes: 32e9,
  uplinkBits: 10e9,
  /** Of every message on the network: headers of Ethernet, IP, TCP and WebSocket. */
  overheadBytes: 70,
  /** CPU of a server for one picture sent to one person: of a few kB it is next to what any message costs. */
  pictureMs: 0.05,
  /** How much faster than two CPU cores a data center's GPU runs these networks. NOT MEASURED: no GPU was there. */
  gpuSpeed: 10,
  /** The largest PostgreSQL that is still one machine. */
  postgresCores: 32,
} as const

export type Need = {
  drawing: number
  rooms: number
  people: number
  /** A second. */
  strokes: number
  deliveries: number
  piecesIn: number
  pieces: number
  made: number
  pictures: number
  /** Event loops' worth of time, and cores. */
  loops: number
  cores: number
  memoryBytes: number
  servers: number
  serverMachines: number
  /** Core-seconds a second of the networks, and of everything around them. */
  networkCores: number
  aroundCores: number
  colorMachines: number
  /** Instead: GPUs for the networks, and the cores that feed them. */
  gpus: number
  feedCores: number
  pictureBits: number
  otherBits: number
  commits: number
  postgresCores: number
  redisLoops: number
  /** Of what today's design has one of, the fullest first: 1 is as full as it may be. */
  limits: { what: LimitName; share: number }[]
  /** The first of them that is over, or `colorists` while none is: then machines are all that is needed, and most of those color. */
  bottleneck: LimitName | 'colorists'
  /** Groups of rooms with a database, a bus, servers and colorists of their own, so that none of those limits is over. */
  cells: number
}
export type LimitName = 'Redis' | 'PostgreSQL' | 'uplink'

export function need(drawing: number, costs: Costs): Need {
  const { people: each, utilization, bits } = { ...assumed, bits: 8 }
  const rooms = drawing / assumed.drawing
  const people = rooms * each
  const strokes = drawing * assumed.strokes
  const deliveries = strokes * (each - 1)
  const piecesIn = drawing * assumed.pieces * assumed.penDown
  const pieces = piecesIn * (each - 1)
  const made = rooms * (assumed.drafts + assumed.refined)
  const pictures = made * each
  const work = (cpu: Cpu, { factor, room }: Spread, commits: number) => {
    const alone =
      people * cpu.person +
      strokes * cpu.stroke +
      deliveries * cpu.delivery +
      pieces * cpu.piece +
      commits * cpu.commit
    return (factor * alone + rooms * room + pictures * assumed.pictureMs) / 1000 / utilization
  }
  // As if each stroke were a commit: how many servers that needs at most. Then they share the strokes, and each batches its own.
  const most = Math.max(1, Math.ceil(work(costs.loop, costs.cluster.loop, strokes)))
  const commits = most * commitsOf(strokes / most, costs.commitMs)
  const loops = work(costs.loop, costs.cluster.loop, commits)
  const cores = work(costs.all, costs.cluster.all, commits)
  const memoryBytes = people * costs.personBytes
  const networkCores =
    (rooms * (assumed.drafts * costs.draftMs + assumed.refined * costs.refineMs)) / 1000 / utilization
  // Each stage makes its own raster, map and file: half of what lies around a pair.
  const aroundCores = (made * costs.aroundMs) / 2 / 1000 / utilization
  const pictureBits = bits * pictures * (costs.bytes.picture + assumed.overheadBytes)
  const otherBits =
    bits *
    (deliveries * (costs.bytes.stroke + assumed.overheadBytes) +
      strokes * each * (costs.bytes.saved + assumed.overheadBytes) +
      pieces * (costs.bytes.piece + 2 * assumed.overheadBytes))
  const postgresCores = (rooms * costs.postgres.room + strokes * costs.postgres.stroke) / 1000 / utilization
  const redisLoops =
    (rooms * costs.redis.room + (strokes + piecesIn) * costs.redis.change) / 1000 / utilization
  const limits: Need['limits'] = [
    { what: 'Redis', share: redisLoops },
    { what: 'PostgreSQL', share: postgresCores / assumed.postgresCores },
    { what: 'uplink', share: (pictureBits + otherBits) / assumed.uplinkBits / utilization },
  ]
  limits.sort((a, b) => b.share - a.share)
  const fullest = limits[0]!
  return {
    drawing,
    rooms,
    people,
    strokes,
    deliveries,
    piecesIn,
    pieces,
    made,
    pictures,
    loops,
    cores,
    memoryBytes,
    servers: Math.max(2, Math.ceil(loops)),
    serverMachines: Math.ceil(Math.max(cores / assumed.cores, memoryBytes / assumed.memoryBytes)),
    networkCores,
    aroundCores,
    colorMachines: Math.ceil((networkCores + aroundCores) / assumed.cores),
    gpus: Math.ceil(networkCores / 2 / assumed.gpuSpeed),
    feedCores: aroundCores,
    pictureBits,
    otherBits,
    commits,
    postgresCores,
    redisLoops,
    limits,
    bottleneck: fullest.share > 1 ? fullest.what : 'colorists',
    cells: Math.ceil(fullest.share),
  }
}

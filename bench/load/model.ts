/**
 * How much of everything so and so many drawing people need: the measured costs (costs.ts) times what a drawing person does, step by step.
 * What was not measured is in `assumed`, by name. `deploy/operations/capacity.md` shows it (capacity.ts).
 */
import type { Costs } from './costs.ts'

/** Assumptions; everything else is measured. */
export const assumed = {
  /** People a room, and those of them who draw at a time. */
  people: 4,
  drawing: 2,
  /** Of each who draws: strokes a second; pieces a second while the pen is down, and the share of time that it is. */
  strokes: 1,
  pieces: 25,
  penDown: 0.6,
  /** Pictures a second that a room drawn in is to get, beside a quarter of what one alone gets on two cores (20). */
  drafts: 4,
  refined: 1,
  /** What a core, a loop or a GPU is loaded with, so that waiting stays short. */
  utilization: 0.6,
  /** Cores of a machine, its memory, and its network. */
  cores: 16,
  memoryBytes: 32e9,
  machineBits: 10e9,
  /** Of every message on the network: headers of TCP, IP, Ethernet and WebSocket. */
  overheadBytes: 70,
  /** NOT MEASURED, no GPU was there: how many times the speed of two CPU cores a data center's GPU has on these networks. */
  gpuSpeed: 10,
  /** Largest PostgreSQL of one machine: cores, and loaded with the share above. */
  postgresCores: 32,
  /** Without a measured cluster: CPU of the database and of the bus, ms a stroke. A frame over the bus, and commands a coloring job: CPU of Redis. */
  postgresMs: 0.3,
  redisMs: 0.1,
  redisFrameMs: 0.03,
  redisJobMs: 0.2,
} as const

export type Need = {
  drawing: number
  rooms: number
  people: number
  strokes: number
  deliveries: number
  pieces: number
  pictures: number
  /** CPU cores' worth of event loops, and of whole servers. */
  loops: number
  cores: number
  /** Server processes: the most of what loops and memory ask for. */
  servers: number
  memory: number
  /** Cores of colorists on CPUs; with GPUs: GPUs, and the cores that feed them. */
  colorCores: number
  gpus: number
  feedCores: number
  /** Bits a second to people. */
  egress: number
  /** Of which pictures. */
  pictureShare: number
  /** Rows and commits a second, cores of PostgreSQL. */
  commits: number
  postgresCores: number
  /** Messages a second, loops of Redis. */
  messages: number
  redisLoops: number
  limits: Limit[]
}
/** One thing of which today's design has one: how full it would be (1: as full as it may be). */
export type Limit = { what: 'Redis' | 'PostgreSQL' | 'uplink'; share: number }

export function need(drawing: number, costs: Costs): Need {
  const rooms = drawing / assumed.drawing
  const people = rooms * assumed.people
  const others = assumed.people - 1
  const strokes = drawing * assumed.strokes
  const deliveries = strokes * others
  const pieces = drawing * assumed.pieces * assumed.penDown * others
  const cpu = (of: Costs['all']) =>
    (people * of.person + strokes * of.stroke + deliveries * of.delivery + pieces * of.piece) / 1000
  const loops = cpu(costs.loop) / assumed.utilization
  const memory = people * costs.personBytes
  const servers = Math.ceil(Math.max(loops, (memory * assumed.cores) / assumed.memoryBytes))
  // A draft is half of what lies around a pair of pictures: each stage makes its own raster, map and file.
  const around = rooms * (assumed.drafts + assumed.refined) * (costs.aroundMs / 2)
  const networks = rooms * (assumed.drafts * costs.draftMs + assumed.refined * costs.refineMs)
  const pictures = rooms * (assumed.drafts + assumed.refined) * assumed.people
  const { bytes } = costs
  const pictureBytes = pictures * (bytes.picture + assumed.overheadBytes)
  const otherBytes =
    deliveries * (bytes.stroke + assumed.overheadBytes) +
    strokes * assumed.people * (bytes.saved + assumed.overheadBytes) +
    pieces * (bytes.piece + 2 * assumed.overheadBytes)
  const egress = 8 * (pictureBytes + otherBytes)
  const postgresMs = costs.cluster?.postgresMs ?? assumed.postgresMs
  const redisMs = costs.cluster?.redisMs ?? assumed.redisMs
  const jobs = rooms * (assumed.drafts + assumed.refined)
  const postgresCores = (strokes * postgresMs) / 1000 / assumed.utilization
  const redisLoops =
    (strokes * redisMs + jobs * (assumed.redisFrameMs + assumed.redisJobMs)) / 1000 / assumed.utilization
  return {
    drawing,
    rooms,
    people,
    strokes,
    deliveries,
    pieces,
    pictures,
    loops,
    cores: cpu(costs.all) / assumed.utilization,
    servers,
    memory,
    colorCores: (networks + around) / 1000 / assumed.utilization,
    gpus: Math.ceil(networks / 2 / assumed.gpuSpeed / 1000 / assumed.utilization),
    feedCores: around / 1000 / assumed.utilization,
    egress,
    pictureShare: pictureBytes / (pictureBytes + otherBytes),
    // A server commits one batch at a time: beyond that batches grow, not commits.
    commits: Math.min(strokes, (servers * 1000) / costs.commitMs),
    postgresCores,
    messages: strokes * (costs.cluster?.commands ?? 2) + jobs,
    redisLoops,
    limits: (
      [
        { what: 'Redis', share: redisLoops },
        { what: 'PostgreSQL', share: postgresCores / assumed.postgresCores },
        { what: 'uplink', share: egress / assumed.machineBits / 8 },
      ] satisfies Limit[]
    ).sort((a, b) => b.share - a.share),
  }
}

/**
 * The page `deploy/operations/capacity.md`: the model with its arithmetic, and how well it foretold what it was not made from. Made anew
 * from bench/results by both benches, and by `npm run bench:load -- --capacity`; `model.test.ts` holds the page to them.
 */
import { machineName, percentile, type Machine, type Row } from '../report.ts'
import { costsOf, predictedCpu, saturationOf, SERVERS, TRIED_ROOMS, type Costs } from './costs.ts'
import type { LoadResults } from './loadReport.ts'
import { assumed, need, type Need } from './model.ts'

const SIZES = [1_000, 100_000, 10_000_000] as const
/** A load is taken as long as 95 % of the strokes are there within so long. */
const TAKEN_MS = 250

export function capacityPage(load: LoadResults, bench: { machine: Machine; rows: readonly Row[] }): string {
  const costs = costsOf(load, bench.rows)
  const needs = SIZES.map((size) => need(size, costs))
  const sources = [`load.json: ${machineName(load.machine!)}`, `bench.json: ${machineName(bench.machine)}`]
  const voids = load.calibration.filter(({ isVoid }) => isVoid).length
  return `# How much is needed

A model of what so many drawing people need: measured costs times what a person does. All numbers on this page are made by
\`npm run bench:load -- --capacity\` from [load.json](../../bench/results/load.json) and [bench.json](../../bench/results/bench.json)
(${sources.join('; ')}); the arithmetic is in [model.ts](../../bench/load/model.ts), the costs are found in
[costs.ts](../../bench/load/costs.ts). Put your own machine's results there and run it again. Of the ${load.calibration.length} loads the costs are taken from, ${voids}
had generators that were late themselves.

## What a drawing person is taken to do

Assumed, not measured: rooms of ${assumed.people}, ${assumed.drawing} of them drawing; each who draws makes ${assumed.strokes} stroke a second and has the pen down ${percent(assumed.penDown)} of the time, which
sends ${assumed.pieces} pieces a second; a room drawn in gets ${assumed.drafts} drafts and ${assumed.refined} refined picture a second. Cores, event loops and GPUs are loaded to ${percent(assumed.utilization)}. A machine has
${assumed.cores} cores, ${assumed.memoryBytes / 1e9} GB and ${assumed.uplinkBits / 1e9} Gbit/s. A message costs ${assumed.overheadBytes} bytes of headers, a picture
${assumed.pictureMs} ms of a server for each person it is sent to. **A GPU is taken to run the networks ${assumed.gpuSpeed} times as fast as two
CPU cores: an assumption, for no GPU could be measured.**

## What things cost

| measured, of a server alone | CPU | of it on the event loop |
|---|---|---|
${costRows(costs)}

| measured | |
|---|---|
| bytes to a person: a stroke, that it is saved, a piece of one under the pen, a picture | ${[costs.bytes.stroke, costs.bytes.saved, costs.bytes.piece, costs.bytes.picture].map((bytes) => count(bytes)).join(', ')} |
| memory of a person at rest, their part of the room included | ${count(costs.personBytes / 1000)} kB |
| one durable commit | ${ms(costs.commitMs)} |
| a draft's network, a refined one's, two threads, CPU | ${ms(costs.draftMs)}, ${ms(costs.refineMs)} |
| everything around the pair (raster, hint map, encoding), CPU | ${ms(costs.aroundMs)} |
| PostgreSQL's CPU: a stroke; an open room, a second | ${ms(costs.postgres.stroke)}; ${ms(costs.postgres.room)} |
| Redis's CPU: a stroke or a piece of one; an open room, a second | ${ms(costs.redis.change)}; ${ms(costs.redis.room)} |

## Step by step

| | arithmetic | ${SIZES.map((size) => `${count(size)} drawing`).join(' | ')} |
|---|---|${SIZES.map(() => '---|').join('')}
${steps(costs, needs)}

${needs.map(verdict).join('\n\n')}

## What each next step needs

${STEPS}

## The model against measurements it was not made from

${trials(load, costs)}
`
}

function costRows({ all, loop, cluster }: Costs): string {
  const rows = [
    ['a person at rest, a second', 'person'],
    ['a stroke let in', 'stroke'],
    ['passing it on to one other person, and telling them that it is saved', 'delivery'],
    ['passing one piece of a stroke under the pen on to one person', 'piece'],
    ['a durable commit, of however many strokes', 'commit'],
  ] as const
  return [
    ...rows.map(([what, name]) => `| ${what} | ${ms(all[name])} | ${ms(loop[name])} |`),
    `| two servers of a cluster together, against that | ${cluster.all.factor.toFixed(2)} × | ${cluster.loop.factor.toFixed(2)} × |`,
    `| and for each open room, a second | ${ms(cluster.all.room)} | ${ms(cluster.loop.room)} |`,
  ].join('\n')
}

function steps(costs: Costs, needs: readonly Need[]): string {
  const { people, drawing, utilization } = assumed
  const row = (what: string, how: string, of: (each: Need) => string) =>
    `| ${what} | ${how} | ${needs.map(of).join(' | ')} |`
  const { bytes, redis, postgres } = costs
  const per = `÷ ${utilization}`
  return [
    row(
      'rooms, people',
      `drawing ÷ ${drawing}; rooms × ${people}`,
      (n) => `${count(n.rooms)}, ${count(n.people)}`,
    ),
    row(
      'strokes a second, in and to others',
      `drawing × ${assumed.strokes}; × ${people - 1}`,
      (n) => `${count(n.strokes)}, ${count(n.deliveries)}`,
    ),
    row(
      'pieces a second, in and to others',
      `drawing × ${assumed.pieces} × ${assumed.penDown}; × ${people - 1}`,
      (n) => `${count(n.piecesIn)}, ${count(n.pieces)}`,
    ),
    row(
      'pictures a second, made and sent',
      `rooms × ${assumed.drafts + assumed.refined}; × ${people}`,
      (n) => `${count(n.made)}, ${count(n.pictures)}`,
    ),
    row(
      'event loops of servers',
      `((people, strokes, to others, pieces and commits, each × its cost) × ${costs.cluster.loop.factor.toFixed(2)} + rooms × ${ms(costs.cluster.loop.room)} + pictures × ${assumed.pictureMs} ms) ${per}`,
      (n) => n.loops.toFixed(1),
    ),
    row('cores of servers', `the same with all their threads`, (n) => n.cores.toFixed(1)),
    row(
      'memory of servers',
      `people × ${count(costs.personBytes / 1000)} kB`,
      (n) => `${count(n.memoryBytes / 1e9)} GB`,
    ),
    row(
      '**servers** (processes, at least two), machines',
      `loops; cores ÷ ${assumed.cores}`,
      (n) => `**${count(n.servers)}**, ${count(n.serverMachines)}`,
    ),
    row(
      'cores that run networks',
      `rooms × (${assumed.drafts} × ${ms(costs.draftMs)} + ${assumed.refined} × ${ms(costs.refineMs)}) ${per}`,
      (n) => count(n.networkCores),
    ),
    row('cores for all around them', `pictures made × ${ms(costs.aroundMs)} ÷ 2 ${per}`, (n) =>
      count(n.aroundCores),
    ),
    row(
      '**worker machines** without a GPU',
      `both ÷ ${assumed.cores}`,
      (n) => `**${count(n.colorMachines)}**`,
    ),
    row(
      '**GPUs** instead (assumed speed), and cores beside them',
      `network cores ÷ 2 ÷ ${assumed.gpuSpeed}; cores around`,
      (n) => `**${count(n.gpus)}**, ${count(n.feedCores)}`,
    ),
    row(
      '**egress**, of it pictures',
      `8 × (pictures × ${count(bytes.picture + assumed.overheadBytes)} B + strokes and pieces × theirs)`,
      (n) =>
        `**${gigabits(n.pictureBits + n.otherBits)}**, ${percent(n.pictureBits / (n.pictureBits + n.otherBits))}`,
    ),
    row(
      'PostgreSQL: rows a second, **commits a second**',
      `strokes; a server makes one commit at a time (${ms(costs.commitMs)}), with all that came meanwhile`,
      (n) => `${count(n.strokes)}, **${count(n.commits)}**`,
    ),
    row(
      'PostgreSQL: cores',
      `(strokes × ${ms(postgres.stroke)} + rooms × ${ms(postgres.room)}) ${per}`,
      (n) => n.postgresCores.toFixed(1),
    ),
    row(
      '**Redis**: messages a second',
      'strokes + pieces + pictures made, at least',
      (n) => `**${count(n.strokes + n.piecesIn + n.made)}**`,
    ),
    row(
      'Redis: event loops',
      `((strokes + pieces) × ${ms(redis.change)} + rooms × ${ms(redis.room)}) ${per}`,
      (n) => n.redisLoops.toFixed(1),
    ),
    row(
      'how full is what there is one of',
      `Redis: 1 loop; PostgreSQL: ${assumed.postgresCores} cores; uplink: ${assumed.uplinkBits / 1e9} Gbit/s to ${percent(utilization)}`,
      (n) => n.limits.map(({ what, share }) => `${what} ${share.toFixed(2)}`).join(', '),
    ),
    row(
      '**first bottleneck**',
      'the fullest that is over 1; else what most machines are for',
      (n) => `**${n.bottleneck}**`,
    ),
    row(
      'cells',
      'groups of rooms with a database, a bus, servers and workers of their own: the fullest, rounded up',
      (n) => count(n.cells),
    ),
  ].join('\n')
}

function verdict({ drawing, bottleneck, limits, cells, colorMachines, serverMachines }: Need): string {
  const [fullest, next] = limits
  if (bottleneck === 'colorists')
    return (
      `**${count(drawing)} drawing**: one PostgreSQL, one Redis and one uplink are enough (${fullest!.what} is fullest, ${percent(fullest!.share)} of what it may be). ` +
      `Machines are for coloring: ${count(colorMachines)} without GPUs, against ${count(serverMachines)} for everything else.`
    )
  return (
    `**${count(drawing)} drawing**: ${bottleneck} is over first, ${fullest!.share.toFixed(1)} times what one may be loaded with` +
    `${next!.share > 1 ? `, then ${next!.what} (${next!.share.toFixed(1)} times)` : ''}. ${count(cells)} cells keep each within its own.`
  )
}

/** Prose, for no number of it depends on the machine. */
const STEPS = `Rooms have nothing to do with each other: that is what every step rests on.

1. **Colorists are the bottleneck**: more \`npm run worker\`, on CPUs or one a GPU. A GPU takes over the networks only; the raster, the hint map and
   the encoding beside them stay on cores, so a machine with a GPU needs as many as the table says, or the GPU waits. After that: the hint map of
   what a stroke touches instead of the whole page's, and drafts of several rooms in one run.
2. **Redis is**: it carries every piece of a stroke under the pen, every picture and every job through one event loop. Most of it is the job that is
   rung for every change (two scripts of some 50 µs each): ring a room once until its turn has begun. Then keep a room's
   people on one server (the proxy hashes the room's id): then nobody else listens and what is ephemeral costs the bus nothing. Then several Redis, a
   room's by the hash of its id; nothing is kept in them, so this is a setting and no migration.
3. **PostgreSQL is**: one insert a stroke, batched by server. Shard by room: no query of Nurie's joins rooms. With 2, that is a *cell*: database,
   bus, servers and workers for a share of the rooms, and a directory (room id -> cell) in the proxy before them. A cell that fails takes its
   rooms with it and no others.
4. **Egress is**: nine tenths of it are pictures. Cells in several places, each with an uplink of its own, near their people; then fewer bytes: patches
   only (whole pictures to newcomers), fewer drafts where more rooms draw, and in the end the networks on the painters' own devices (WebGPU runs
   both; weights are a file of 10 MB): then strokes are all that travels, a tenth of the bits and none of the GPUs.`

function trials({ sweep, faster, machine }: LoadResults, costs: Costs): string {
  const tried = sweep.filter(
    ({ peer, load }) =>
      (peer === 'nurie-uncolored' || peer === 'nurie-cluster') && TRIED_ROOMS.includes(load.rooms),
  )
  const rows = tried.map((point) => {
    const { peer, load, server, strokes, isVoid } = point
    const isCluster = peer === 'nurie-cluster'
    const share = (milliseconds: number) => percent(milliseconds / 1000 / load.seconds)
    const foretoldOf = (name: 'all' | 'loop') => {
      if (!isCluster) return predictedCpu(costs[name], costs.commitMs, point)
      const { factor, room } = costs.cluster[name]
      const alone = predictedCpu(costs[name], costs.commitMs, point, SERVERS)
      return factor * alone + room * load.rooms * load.seconds
    }
    const foretold = foretoldOf('all')
    return (
      `| ${isCluster ? 'two servers' : 'one server'}, ${load.rooms} rooms of ${load.guests}, ${count(strokes / load.seconds)} strokes a second${isVoid ? ' (generators late)' : ''} ` +
      `| ${share(foretold)} | ${share(1000 * server.cpu)} | ${(foretold / 1000 / server.cpu).toFixed(2)} × ` +
      `| ${share(foretoldOf('loop'))} | ${share(1000 * server.loop)} |`
    )
  })
  const own = faster.filter(({ peer }) => peer === 'nurie-uncolored')
  const taken = own.filter(({ toOthers, lost }) => lost === 0 && toOthers.p95 <= TAKEN_MS)
  const rate = ({ strokes, load }: (typeof own)[number]) => strokes / load.seconds
  const most = taken.length > 0 ? Math.max(...taken.map(rate)) : 0
  const beyond = own.map(rate).filter((each) => each > most)
  const foretold = saturationOf(costs, own[0]!.load)
  const commits = sweep
    .filter(({ peer }) => peer === 'nurie-uncolored')
    .map(({ told }) => told!.commitMs / told!.commits)
  return `CPU of the servers (100 %: one core) in loads of the chart; one server without its networks, two with a worker:

| load | foretold | measured | foretold against measured | event loop foretold | measured |
|---|---|---|---|---|---|
${rows.join('\n')}

Where fifty rooms of four end when they are drawn in ever faster: the event loop is full at ${count(foretold)} strokes a second, says the model. Measured: at
${count(most)} a second 95 % of the strokes were on all other screens within ${TAKEN_MS} ms${beyond.length > 0 ? `, at ${count(Math.min(...beyond))} they were not` : ', and no faster load was tried'}. The generators and the
server shared ${machine!.cores} cores there, so the server never had more than a part of the ${machine!.cores}; a commit took ${ms(percentile(commits, 0))} to ${ms(percentile(commits, 1))} in the loads of the chart, as the disk's other users
let it. What is foretold is the end of a loop that has a core for itself and a disk that is always as quick; where the two numbers differ, believe the measured
one. The model is linear but for commits: it does not know that a busy server also reads and writes several messages at once, which makes each
cheaper, nor that two servers wait for each other's locks on the rooms they share, which makes their commits longer.`
}

function count(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return Number(value.toFixed(digits)).toLocaleString('en')
}
const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const ms = (value: number) =>
  `${value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3)} ms`
const gigabits = (value: number) =>
  value >= 1e12 ? `${count(value / 1e12)} Tbit/s` : `${count(value / 1e9)} Gbit/s`

/** Both stages of a 512 px page against the seed's pair of networks, in one runtime and one run. */
import { availableParallelism } from 'node:os'
import { networks, type Engine, type Network } from '../models/engines/engine.ts'
import { readWeights, type Model } from '../models/manifest.ts'
import { openOnnxEngine, type OnnxOptions } from '../models/engines/onnx.ts'
import { openTfjsEngine } from '../models/engines/tfjs.ts'
import { PageColoring } from '../models/pageColoring.ts'
import { goldenPage, goldenStrokes, seeded } from '../shared/golden.fixture.ts'
import { median, type Row } from './report.ts'
import { seedNetwork } from './seedNetwork.ts'

const SIDE = 512

async function times(count: number, work: () => Promise<unknown>): Promise<number> {
  await work()
  const taken: number[] = []
  for (let i = 0; i < count; i++) {
    const began = performance.now()
    await work()
    taken.push(performance.now() - began)
  }
  return median(taken)
}

/** Milliseconds of one stage of the seed's pair, for both of its networks. */
async function seedPair(threads: number, runs: number): Promise<{ ms: number; parameters: number }> {
  const made = { draft: seedNetwork(4), refine: seedNetwork(7) }
  const weights = Object.fromEntries(
    networks.map((stage) => {
      const channels = stage === 'draft' ? 4 : 7
      const inputs = new Array<string>(channels).fill('any')
      return [stage, { stage, file: '', sha256: '', inputs, scale: 1, bytes: made[stage].bytes }]
    }),
  ) as OnnxOptions['weights']
  const engine = await openOnnxEngine({ weights, threads })
  const run = (stage: Network, channels: number) =>
    engine.run(stage, { data: new Float32Array(channels * SIDE * SIDE), channels, height: SIDE, width: SIDE })
  const ms = await times(runs, async () => {
    await run('draft', 4)
    await run('refine', 7)
  })
  await engine.close()
  return { ms, parameters: made.draft.parameters }
}

/** A network by itself, on a blank page of the working size. */
function bare(engine: Engine, models: Record<Network, Model>, stage: Network): Promise<unknown> {
  const side = SIDE * models[stage].scale
  const channels = models[stage].inputs.length
  const data = new Float32Array(channels * side * side)
  return engine.run(stage, { data, channels, height: side, width: side })
}

export async function benchNetworks({ runs }: { runs: number }): Promise<Row[]> {
  const threads = availableParallelism()
  const models = await readWeights()
  const engine = await openOnnxEngine({ weights: models, threads })
  const random = seeded(7)
  const grey = goldenPage(random, SIDE, SIDE)
  let inNetworks = 0
  const watched: Engine = {
    ...engine,
    async run(network, input) {
      const began = performance.now()
      const output = await engine.run(network, input)
      inNetworks += performance.now() - began
      return output
    },
  }
  const page = { width: SIDE, height: SIDE, grey }
  const coloring = new PageColoring({ engine: watched, models, page })
  const draft = await times(runs, () => bare(engine, models, 'draft'))
  const refine = await times(runs, () => bare(engine, models, 'refine'))
  const outside: number[] = []
  const both = await times(runs, async () => {
    const began = performance.now()
    inNetworks = 0
    coloring.setStrokes(goldenStrokes(random, SIDE, SIDE, 10).filter(({ tool }) => tool !== 'fill'))
    await coloring.draft()
    await coloring.refine()
    outside.push(performance.now() - began - inNetworks)
  })
  await engine.close()
  const few = Math.max(1, runs >> 3)
  const seed = await seedPair(threads, few)
  const tensorFlow = await openTfjsEngine({ weights: models, threads })
  const inTensorFlow = await times(few, async () => {
    await bare(tensorFlow, models, 'draft')
    await bare(tensorFlow, models, 'refine')
  })
  await tensorFlow.close()
  return [
    { what: 'draft network, page of 512', value: draft, unit: 'ms' },
    { what: 'refine network, page of 512', value: refine, unit: 'ms' },
    { what: 'strokes to refined color layer, hint map included', value: both, unit: 'ms' },
    { what: 'of that outside the networks', value: median(outside), unit: 'ms' },
    {
      what: `seed's pair (2 x ${(seed.parameters / 1e6).toFixed(1)} M), same runtime and run`,
      value: seed.ms,
      unit: 'ms',
    },
    {
      what: `both networks in TensorFlow.js (${tensorFlow.device}), same run`,
      value: inTensorFlow,
      unit: 'ms',
    },
    {
      what: 'both networks against the seed’s pair',
      value: seed.ms / (draft + refine),
      unit: 'x faster',
    },
    {
      what: 'strokes to refined against the seed’s pair',
      value: seed.ms / both,
      unit: 'x faster',
      target: '>= 30',
    },
  ]
}

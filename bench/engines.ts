/**
 * What tuning an engine gains: both networks of a 512 px page, option by option. All are open at once and take turns, so that
 * whatever else the machine does meanwhile meets all alike.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import * as ort from 'onnxruntime-node'
import { networks, type Network } from '../models/engines/engine.ts'
import { openOnnxEngine, tuned, type OnnxOptions, type Tuning } from '../models/engines/onnx.ts'
import { readWeights, type Weights } from '../models/manifest.ts'
import { median, type Row } from './report.ts'

const SIDE = 512
/** Threads of the engine before may still be spinning. */
const REST_MS = 20

type Models = Record<Network, Weights>
/** `pictures` a run. */
type Contender = {
  what: string
  pictures: number
  run(network: Network): Promise<unknown>
  close(): Promise<void>
}

/** An input of noise: on zeros a network would be faster than it is. */
function inputOf({ inputs, scale }: Weights) {
  const side = SIDE * scale
  const data = new Float32Array(inputs.length * side * side)
  for (let i = 0; i < data.length; i++) data[i] = ((i * 40503) % 65521) / 65521
  return { data, channels: inputs.length, height: side, width: side }
}

async function contender(
  what: string,
  options: Omit<OnnxOptions, 'tuning'> & { tuning?: Partial<Tuning> },
): Promise<Contender> {
  const engine = await openOnnxEngine({ ...options, tuning: { ...tuned, ...options.tuning } })
  const { weights } = options
  const inputs = { draft: inputOf(weights.draft), refine: inputOf(weights.refine) }
  return { what, pictures: 1, run: (network) => engine.run(network, inputs[network]), close: engine.close }
}

/** The networks as the engine is tuned, to be run in ways that its contract does not have. */
async function bareSessions(weights: Models, threads: number) {
  const open = (network: Network) =>
    ort.InferenceSession.create(weights[network].bytes, {
      intraOpNumThreads: threads,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
  const sessions = { draft: await open('draft'), refine: await open('refine') }
  const close = async () => {
    for (const network of networks) await sessions[network].release()
  }
  return { sessions, close }
}

/** What a run gives is written into the same memory every time. */
async function withOutputsReused(weights: Models, threads: number): Promise<Contender> {
  const { sessions, close } = await bareSessions(weights, threads)
  const made = (network: Network) => {
    const { data, channels, height, width } = inputOf(weights[network])
    const input = new ort.Tensor('float32', data, [1, channels, height, width])
    const output = new ort.Tensor('float32', new Float32Array(3 * height * width), [1, 3, height, width])
    return () => sessions[network].run({ input }, { output })
  }
  const runs = { draft: made('draft'), refine: made('refine') }
  return { what: `${threads} threads, outputs reused`, pictures: 1, run: (network) => runs[network](), close }
}

/** Inputs of several rooms in one run; what it takes is told per picture. */
async function batched(weights: Models, threads: number, pictures: number): Promise<Contender> {
  const { sessions, close } = await bareSessions(weights, threads)
  const made = (network: Network) => {
    const { data, channels, height, width } = inputOf(weights[network])
    const all = new Float32Array(pictures * data.length)
    for (let i = 0; i < pictures; i++) all.set(data, i * data.length)
    const input = new ort.Tensor('float32', all, [pictures, channels, height, width])
    return () => sessions[network].run({ input })
  }
  const runs = { draft: made('draft'), refine: made('refine') }
  const what = `${threads} threads, ${pictures} pictures in one run, each`
  return { what, pictures, run: (network) => runs[network](), close }
}

/** The trial that models/training/quantize.py leaves behind, if it was run. */
async function eightBits(weights: Models): Promise<Models | undefined> {
  const fileOf = (network: Network) =>
    new URL(`../models/training/runs/int8/${network}.onnx`, import.meta.url)
  if (!networks.every((network) => existsSync(fileOf(network)))) return undefined
  const read = async (network: Network) => ({ ...weights[network], bytes: await readFile(fileOf(network)) })
  return { draft: await read('draft'), refine: await read('refine') }
}

async function contenders(): Promise<Contender[]> {
  const weights = await readWeights()
  const small = await eightBits(weights)
  const two = { weights, threads: 2 }
  return [
    await contender('2 threads', two),
    await contender('2 threads, spinning', { ...two, tuning: { spinning: true } }),
    await contender('1 thread', { weights, threads: 1 }),
    await contender('2 threads, no arena', { ...two, tuning: { arena: false } }),
    await contender('2 threads, no memory pattern', { ...two, tuning: { pattern: false } }),
    await withOutputsReused(weights, 2),
    await batched(weights, 2, 4),
    ...(small
      ? [
          await contender('2 threads, 8 bits', { weights: small, threads: 2 }),
          await contender('1 thread, 8 bits', { weights: small, threads: 1 }),
        ]
      : []),
  ]
}

export async function benchEngines({ runs }: { runs: number }): Promise<Row[]> {
  const all = (await contenders()).map((one) => {
    const taken: Record<Network, number[]> = { draft: [], refine: [] }
    return { ...one, taken }
  })
  for (let round = -2; round < runs; round++) {
    for (const { run, taken, pictures } of all) {
      for (const network of networks) {
        await new Promise((resume) => setTimeout(resume, REST_MS))
        const began = performance.now()
        await run(network)
        // The first two rounds plan memory.
        if (round >= 0) taken[network].push((performance.now() - began) / pictures)
      }
    }
  }
  for (const { close } of all) await close()
  return all.flatMap(({ what, taken }) =>
    networks.map((network) => ({ what: `${what}: ${network}`, value: median(taken[network]), unit: 'ms' })),
  )
}

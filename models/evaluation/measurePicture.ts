/** Colors one picture with every method at every number of strokes, and measures the results. */
import { HintRaster } from '../../shared/raster.ts'
import { canvasOf, shownOn, type Canvas, type Shown } from './canvas.ts'
import { simulateHints, type Hint } from './hints.ts'
import { keptHints } from './keptHints.ts'
import { fullMeasures, quickMeasures, type Measures } from './measures.ts'
import { drawsLines, type Layers, type Method, type MethodName, type Scene } from './method.ts'
import { probeLeaks } from './metrics/leakage.ts'
import { farFrom } from './metrics/farFrom.ts'
import { meanDifference } from './metrics/ciede2000.ts'
import { COMPARED_SIDE, type Picture } from './picture.ts'
import { smallHints } from './smallHints.ts'
import type { Stopwatch } from './stopwatch.ts'

/** At these counts one more stroke is added to see what changes far away. */
const STABILITY_COUNTS: readonly number[] = [3, 10, 30]

export type Row = {
  group: string
  picture: string
  source: string
  lineStyle: string
  seed: number
  strokes: number
  /** Whether the first stroke says that the paper around the figure is paper. */
  isPaperHinted: boolean
  method: MethodName
} & Measures

export type MeasureOptions = {
  group: string
  picture: Picture
  methods: readonly Method[]
  seeds: number
  /** Numbers of strokes, ascending. */
  counts: readonly number[]
  /** Everything is measured on the first of them, the others get the quick measures; 0 for none. */
  fullSeeds: number
  /** Whether the slow methods run, too (on the first seed). */
  withSlow: boolean
  watch: Stopwatch
  /** Sees every result of the first seed. */
  look?: (strokes: number, scene: Scene, layers: Layers) => void
}

type Results = Partial<Record<MethodName, Shown>>

export async function measurePicture(options: MeasureOptions): Promise<Row[]> {
  const { picture, group, watch } = options
  const canvas = canvasOf(picture)
  const rows: Row[] = []
  for (let seed = 0; seed < options.seeds; seed++) {
    const isFull = seed < options.fullSeeds
    const hints = watch.run('strokes', () => simulateHints(picture, seed, options.counts.at(-1)! + 1))
    const methods = options.methods.filter(({ slow }) => !slow || (options.withSlow && seed === 0))
    for (const strokes of options.counts) {
      const scene = sceneOf(picture, hints.slice(0, strokes))
      const layers = await colorAll(scene, methods, watch)
      if (seed === 0) options.look?.(strokes, scene, layers)
      const results = watch.run('measures', () => resultsOn(canvas, layers))
      const isSteadiness = isFull && STABILITY_COUNTS.includes(strokes) && hints.length > strokes
      const next = isSteadiness ? sceneOf(picture, hints.slice(0, strokes + 1)) : undefined
      const changes = next ? await changesFrom(canvas, scene, results, next, methods, watch) : {}
      const measured = watch.run('measures', () => measureAll(canvas, scene, results, isFull))
      for (const [method, measures] of measured) {
        const facts = {
          group,
          picture: picture.id,
          source: picture.source,
          lineStyle: picture.lineStyle,
          seed,
          strokes,
          isPaperHinted: hints[0]?.isOnPaper ?? false,
        }
        const stability = changes[method]
        rows.push({ ...facts, method, ...measures, ...(stability !== undefined && { stability }) })
      }
    }
  }
  return rows
}

export function sceneOf(picture: Picture, hints: readonly Hint[]): Scene {
  const size = { width: picture.side, height: picture.side }
  const raster = new HintRaster({ page: size, size, ink: picture.ink })
  raster.update(hints.map(({ stroke }) => stroke))
  return { picture, hints, pixels: raster.pixels }
}

/** Programs of their own run beside the networks. */
async function colorAll(scene: Scene, methods: readonly Method[], watch: Stopwatch): Promise<Layers> {
  const layers: Layers = {}
  const run = (method: Method) => watch.time(method.names.join(', '), () => method.color(scene))
  const beside = methods.filter(({ isBeside }) => isBeside).map(run)
  for (const method of methods) if (!method.isBeside) Object.assign(layers, await run(method))
  for (const result of await Promise.all(beside)) Object.assign(layers, result)
  return layers
}

function resultsOn(canvas: Canvas, layers: Layers): Results {
  const results: Results = {}
  for (const [name, layer] of Object.entries(layers) as [MethodName, NonNullable<Layers[MethodName]>][]) {
    results[name] = shownOn(canvas, layer, drawsLines(name))
  }
  return results
}

function measureAll(
  canvas: Canvas,
  scene: Scene,
  results: Results,
  isFull: boolean,
): [MethodName, Measures][] {
  const kept = keptHints(scene.picture, scene.pixels, scene.hints)
  const painted = smallHints(scene.pixels, scene.picture.side)
  const leaks = isFull ? probeLeaks(painted, canvas.layerLab, canvas.paper, COMPARED_SIDE) : undefined
  return (Object.entries(results) as [MethodName, Shown][]).map(([method, shown]) => [
    method,
    { ...quickMeasures(canvas, shown, kept), ...(leaks && fullMeasures(canvas, shown, leaks)) },
  ])
}

/** Stability: how much each fast method's page changes far from the stroke that `next` adds. */
async function changesFrom(
  canvas: Canvas,
  scene: Scene,
  before: Results,
  next: Scene,
  methods: readonly Method[],
  watch: Stopwatch,
): Promise<Partial<Record<MethodName, number>>> {
  const layers = await colorAll(
    next,
    methods.filter(({ slow }) => !slow),
    watch,
  )
  const after = resultsOn(canvas, layers)
  const added = next.pixels.map((pixel, at) => (pixel === scene.pixels[at] ? 0 : pixel))
  const far = farFrom(smallHints(added, scene.picture.side), canvas.paper, COMPARED_SIDE)
  const changes: Partial<Record<MethodName, number>> = {}
  for (const [method, shown] of Object.entries(after) as [MethodName, Shown][]) {
    changes[method] = meanDifference(before[method]!.layerLab, shown.layerLab, far)
  }
  return changes
}

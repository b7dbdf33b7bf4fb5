/** Rows of measures brought together: curves, and paired comparisons with the best baseline. */
import { measureNames, type MeasureName } from './measures.ts'
import type { Row } from './measurePicture.ts'
import { outsideNames, type MethodName } from './method.ts'
import { mean, median, medianInterval, quantile, type Interval } from './statistics.ts'

export type Point = { strokes: number; pictures: number; median: number; low: number; high: number }

/** By method; quartiles as low and high. */
export type Curves = Partial<Record<MethodName, Point[]>>

const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value)

/** A picture's mean over its seeds, by picture. */
export function byPicture(rows: readonly Row[], measure: MeasureName): Map<string, number> {
  const values = new Map<string, number[]>()
  for (const row of rows) {
    const value = row[measure]
    if (!isNumber(value)) continue
    const key = `${row.source}/${row.picture}/${row.lineStyle}`
    const known = values.get(key)
    if (known) known.push(value)
    else values.set(key, [value])
  }
  return new Map([...values].map(([key, list]) => [key, mean(list)]))
}

export const methodsIn = (rows: readonly Row[]): MethodName[] => [
  ...new Set(rows.map(({ method }) => method)),
]
export const countsIn = (rows: readonly Row[]): number[] =>
  [...new Set(rows.map(({ strokes }) => strokes))].sort((a, b) => a - b)

/** Of one group's rows. */
export function curvesOf(rows: readonly Row[], measure: MeasureName): Curves {
  const curves: Curves = {}
  for (const method of methodsIn(rows)) {
    const points: Point[] = []
    for (const strokes of countsIn(rows)) {
      const own = rows.filter((row) => row.method === method && row.strokes === strokes)
      const values = [...byPicture(own, measure).values()]
      if (values.length === 0) continue
      const [low, high] = [quantile(values, 0.25), quantile(values, 0.75)]
      points.push({ strokes, pictures: values.length, median: median(values), low, high })
    }
    if (points.length > 0) curves[method] = points
  }
  return curves
}

export const allCurves = (rows: readonly Row[]) =>
  Object.fromEntries(measureNames.map((measure) => [measure, curvesOf(rows, measure)])) as Record<
    MeasureName,
    Curves
  >

export type Comparison = {
  strokes: number
  baseline: MethodName
  /** Pictures (and for slow baselines the first seed of each) that both have. */
  pictures: number
  ours: number
  theirs: number
  /** Median of ours minus theirs, picture by picture, with its 95 % bootstrap interval. */
  gain: number
  interval: Interval
}

const isBetter: Partial<Record<MeasureName, (a: number, b: number) => boolean>> = {
  psnr: (a, b) => a > b,
  difference: (a, b) => a < b,
}

/**
 * Refined against the best (by its median) of `baselines`, paired: over the first seed of the pictures that every baseline ran
 * on. Of one group's rows at one number of strokes.
 */
export function compareWithBest(
  rows: readonly Row[],
  strokes: number,
  measure: 'psnr' | 'difference',
  baselines: readonly MethodName[] = outsideNames,
): Comparison | undefined {
  const there = rows.filter((row) => row.strokes === strokes && row.seed === 0)
  const valuesOf = (method: MethodName) =>
    byPicture(
      there.filter((row) => row.method === method),
      measure,
    )
  const refined = valuesOf('refined')
  const candidates = baselines
    .map((name) => ({ name, values: valuesOf(name) }))
    .filter(({ values }) => values.size > 0)
  const common = [...refined.keys()].filter((key) => candidates.every(({ values }) => values.has(key)))
  if (candidates.length === 0 || common.length === 0) return undefined
  const medianOf = (values: Map<string, number>) => median(common.map((key) => values.get(key)!))
  const best = candidates.reduce((a, b) =>
    isBetter[measure]!(medianOf(b.values), medianOf(a.values)) ? b : a,
  )
  const gains = common.map((key) => refined.get(key)! - best.values.get(key)!)
  return {
    strokes,
    baseline: best.name,
    pictures: common.length,
    ours: medianOf(refined),
    theirs: medianOf(best.values),
    gain: median(gains),
    interval: medianInterval(gains),
  }
}

/** Share of pictures (and seeds) whose refined result is better than the draft in PSNR and in color. */
export function refinedBeatsDraft(rows: readonly Row[]): number {
  const keyOf = (row: Row) =>
    [row.group, row.source, row.picture, row.lineStyle, row.seed, row.strokes].join('|')
  const drafts = new Map(rows.filter(({ method }) => method === 'draft').map((row) => [keyOf(row), row]))
  const pairs = rows
    .filter(({ method }) => method === 'refined')
    .map((row) => [row, drafts.get(keyOf(row))!] as const)
  const wins = pairs.filter(
    ([refined, draft]) => refined.psnr! > draft.psnr! && refined.difference! < draft.difference!,
  )
  return wins.length / pairs.length
}

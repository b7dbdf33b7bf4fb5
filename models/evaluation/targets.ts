/** What the coloring must reach (DESIGN.md section 4), against what a run measured. */
import { groupTitles, type GroupName } from './groups.ts'
import type { Row } from './measurePicture.ts'
import { methodTitles, type MethodName } from './method.ts'
import { byPicture, compareWithBest, countsIn, refinedBeatsDraft } from './summary.ts'
import { median } from './statistics.ts'
import type { MeasureName } from './measures.ts'

export type Target = {
  what: string
  wanted: string
  reached: string
  /** 0 when met, else how much is missing; NaN when the run did not measure it. */
  missing: number
}

/** Pictures of these sources have shading in their truth. */
const shadedSources = /^(iconify-json-noto|openclipart-svg|pysiogame|renpy-)/
const heldOut: readonly GroupName[] = ['concepts', 'styles', 'anime']

export function targetsOf(rows: readonly Row[]): Target[] {
  const of = (group: GroupName) => rows.filter((row) => row.group === group)
  const counts = countsIn(rows).filter((strokes) => strokes > 0)
  const targets: Target[] = []
  for (const group of heldOut)
    targets.push(gain(of(group), counts, 2, `PSNR over the best outside baseline, ${groupTitles[group]}`))
  for (const group of heldOut) {
    const own = of(group).filter(({ isPaperHinted }) => isPaperHinted)
    const what = `PSNR over the best outside baseline, ${groupTitles[group]}, only where the paper is hinted`
    targets.push(gain(own, counts, 2, what))
  }
  for (const group of heldOut)
    targets.push(gain(of(group), counts, 1.5, `PSNR over the hint map alone, ${groupTitles[group]}`, ['map']))
  for (const style of ['pencil', 'broken', 'grey']) {
    const own = of('pencil').filter(({ lineStyle }) => lineStyle === style)
    targets.push(gain(own, counts, 1, `PSNR over the best outside baseline, ${style} lines`))
  }
  for (const group of heldOut) targets.push(colorShare(of(group), counts, group))
  for (const [strokes, wanted] of [
    [10, 21.5],
    [30, 24],
  ] as const) {
    const reached = medianOf(of('anime'), 'psnr', 'refined', strokes)
    targets.push(atLeast(`PSNR of anime figures at ${strokes} strokes`, wanted, reached, 'dB'))
  }
  const styles = of('styles')
  const hinted = styles.filter(({ strokes }) => strokes > 0)
  targets.push(atMost('CIEDE2000 under hints, median', 0.5, medianOf(hinted, 'hintMedian', 'refined')))
  targets.push(atMost('CIEDE2000 under hints, 95th percentile', 2, medianOf(hinted, 'hintP95', 'refined')))
  targets.push(atMost('leakage at 10 strokes, %', 10, 100 * medianOf(styles, 'leakage', 'refined', 10)))
  targets.push(
    atLeast(
      'refined better than draft in PSNR and color, % of results with strokes',
      80,
      100 * refinedBeatsDraft(hinted),
      '%',
    ),
  )
  targets.push(atLeast('chroma ratio without strokes', 0.6, medianOf(styles, 'chroma', 'refined', 0)))
  for (const strokes of countsIn(styles).filter((count) => count >= 3)) {
    targets.push(
      within(`chroma ratio at ${strokes} strokes`, 0.9, 1.1, medianOf(styles, 'chroma', 'refined', strokes)),
    )
  }
  const shaded = rows.filter(({ source, lineStyle }) => shadedSources.test(source) && lineStyle === 'clean')
  targets.push(
    within('shading at 10 strokes on shaded art', 0.6, 1.2, medianOf(shaded, 'shading', 'refined', 10)),
  )
  for (const strokes of [3, 10, 30]) {
    const reached = medianOf(styles, 'stability', 'refined', strokes)
    targets.push(atMost(`change far from one more stroke, at ${strokes} strokes`, 1, reached))
  }
  return targets
}

function gain(
  rows: readonly Row[],
  counts: readonly number[],
  wanted: number,
  what: string,
  baselines?: MethodName[],
): Target {
  const all = counts.flatMap((strokes) => compareWithBest(rows, strokes, 'psnr', baselines) ?? [])
  const worst = all.reduce<(typeof all)[number] | undefined>(
    (a, b) => (a && a.gain <= b.gain ? a : b),
    undefined,
  )
  const asked = `>= +${wanted} dB at every count from ${counts[0]} to ${counts.at(-1)} strokes`
  if (!worst) return { what, wanted: asked, reached: 'not measured', missing: NaN }
  const { low, high } = worst.interval
  const against = baselines ? '' : ` (against ${methodTitles[worst.baseline]})`
  const met = all.filter((one) => one.gain >= wanted).length
  const reached =
    `worst ${signed(worst.gain)} dB [${signed(low)}, ${signed(high)}] at ${worst.strokes}${against}; ` +
    `met at ${met} of ${all.length} counts, ${worst.pictures} pictures`
  return { what, wanted: asked, reached, missing: Math.max(0, wanted - worst.gain) }
}

function colorShare(rows: readonly Row[], counts: readonly number[], group: GroupName): Target {
  const what = `mean CIEDE2000 beside the best outside baseline, ${groupTitles[group]}`
  const all = counts.flatMap((strokes) => compareWithBest(rows, strokes, 'difference') ?? [])
  const shares = all.map(({ ours, theirs }) => ours / theirs)
  if (shares.length === 0) return { what, wanted: '<= 0.8 x', reached: 'not measured', missing: NaN }
  const worst = Math.max(...shares)
  const at = all[shares.indexOf(worst)]!
  const reached = `worst ${worst.toFixed(2)} x at ${at.strokes} strokes (against ${methodTitles[at.baseline]})`
  return { what, wanted: '<= 0.8 x at every count', reached, missing: Math.max(0, worst - 0.8) }
}

/** Median over pictures; at one number of strokes or over all there are. */
export function medianOf(
  rows: readonly Row[],
  measure: MeasureName,
  method: MethodName,
  strokes?: number,
): number {
  const own = rows.filter(
    (row) => row.method === method && (strokes === undefined || row.strokes === strokes),
  )
  return median([...byPicture(own, measure).values()])
}

const signed = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(2)}`
const shown = (value: number, unit = '') =>
  Number.isNaN(value) ? 'not measured' : `${value.toFixed(2)} ${unit}`.trim()

function atLeast(what: string, wanted: number, value: number, unit = ''): Target {
  return {
    what,
    wanted: `>= ${wanted} ${unit}`.trim(),
    reached: shown(value, unit),
    missing: missing(wanted - value),
  }
}

function atMost(what: string, wanted: number, value: number): Target {
  return { what, wanted: `<= ${wanted}`, reached: shown(value), missing: missing(value - wanted) }
}

function within(what: string, low: number, high: number, value: number): Target {
  return {
    what,
    wanted: `${low} to ${high}`,
    reached: shown(value),
    missing: missing(Math.max(low - value, value - high)),
  }
}

/** NaN stays NaN. */
const missing = (by: number) => (by <= 0 ? 0 : by)

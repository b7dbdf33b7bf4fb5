/** Curves drawn as SVG by hand: one measure against the number of strokes, one line a method, legible on white. */
import { methodNames, methodTitles, type MethodName } from './method.ts'
import type { Curves } from './summary.ts'

const WIDTH = 760
const HEIGHT = 400
const LEFT = 56
const RIGHT = 560
const TOP = 40
const BOTTOM = 340

const styles: Record<MethodName, { color: string; dash: string; width: number }> = {
  refined: { color: '#0b5fd6', dash: '', width: 3 },
  exact: { color: '#0b5fd6', dash: '2 3', width: 2 },
  flats: { color: '#0e7490', dash: '5 2', width: 2 },
  draft: { color: '#5aa5f2', dash: '', width: 2 },
  map: { color: '#0f8a5f', dash: '6 3', width: 2 },
  gmic: { color: '#c2410c', dash: '', width: 2 },
  levin: { color: '#9333ea', dash: '', width: 2 },
  'fill-nearest': { color: '#b4891a', dash: '', width: 2 },
  fill: { color: '#b4891a', dash: '3 3', width: 2 },
  seed: { color: '#be185d', dash: '8 3 2 3', width: 2 },
  white: { color: '#6b7280', dash: '1 3', width: 2 },
}

export type ChartText = { title: string; axis: string }

/** Numbers of strokes stand at even distances, from the fewest to the most. */
export function chart(curves: Curves, { title, axis }: ChartText): string {
  const methods = methodNames.filter((name) => curves[name])
  const points = methods.flatMap((name) => curves[name]!)
  const counts = [...new Set(points.map(({ strokes }) => strokes))].sort((a, b) => a - b)
  const ticks = ticksFor(points.map(({ median }) => median))
  const low = ticks[0]!
  const high = ticks.at(-1)!
  const x = (strokes: number) =>
    LEFT + ((RIGHT - LEFT) * counts.indexOf(strokes)) / Math.max(1, counts.length - 1)
  const y = (value: number) => BOTTOM - ((BOTTOM - TOP) * (value - low)) / (high - low)
  const grid = ticks.map(
    (tick) =>
      `<line x1="${LEFT}" x2="${RIGHT}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e2e4e8"/>` +
      `<text x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${Number(tick.toFixed(2))}</text>`,
  )
  const below = counts.map(
    (count) => `<text x="${x(count)}" y="${BOTTOM + 20}" text-anchor="middle">${count}</text>`,
  )
  const lines = methods.toReversed().map((name) => {
    const { color, dash, width } = styles[name]
    const places = curves[name]!.map(
      ({ strokes, median }) => [x(strokes).toFixed(1), y(median).toFixed(1)] as const,
    )
    const path = places.map((place) => place.join()).join(' ')
    const dots = places
      .map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="${width}" fill="${color}"/>`)
      .join('')
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-dasharray="${dash}"/>${dots}`
  })
  const legend = methods.map((name, i) => {
    const { color, dash, width } = styles[name]
    const at = TOP + 10 + 22 * i
    return (
      `<line x1="${RIGHT + 16}" x2="${RIGHT + 44}" y1="${at}" y2="${at}" stroke="${color}" stroke-width="${width}" stroke-dasharray="${dash}"/>` +
      `<text x="${RIGHT + 50}" y="${at + 4}">${methodTitles[name]}</text>`
    )
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="15" font-weight="bold">${title}</text>`,
    ...grid,
    ...below,
    `<text x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 44}" text-anchor="middle">strokes</text>`,
    `<text transform="translate(16 ${(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${axis}</text>`,
    ...lines,
    ...legend,
    '</svg>\n',
  ].join('\n')
}

/** Five to ten round values that enclose all of `values`. */
function ticksFor(values: readonly number[]): number[] {
  const least = Math.min(...values)
  const most = Math.max(...values)
  const raw = Math.max(1e-6, (most - least) / 6)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!
  const first = Math.floor(least / step)
  const last = Math.max(first + 1, Math.ceil(most / step))
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}

/** How late a stroke is on other screens, against rooms and against strokes a second, drawn as SVG by hand: both axes logarithmic. */
import { machineName } from '../report.ts'
import type { LoadResults } from './loadReport.ts'
import type { PeerName } from './peers.ts'
import type { Point } from './point.ts'

const looks: Record<PeerName, { title: string; color: string; dash?: string }> = {
  nurie: { title: 'Nurie, coloring', color: '#c2410c' },
  'nurie-uncolored': { title: 'Nurie, its networks off', color: '#f59e0b' },
  'nurie-cluster': { title: 'Nurie, two servers (PostgreSQL, Redis)', color: '#0f766e' },
  hocuspocus: { title: 'Hocuspocus 3', color: '#2563eb' },
  'hocuspocus-sqlite': { title: 'Hocuspocus 3, keeping documents', color: '#2563eb', dash: '5 4' },
  relay: { title: 'bare relay', color: '#6b7280' },
}

const WIDTH = 1120
const HEIGHT = 470
const PANEL = { top: 132, height: 270, width: 288, lefts: [64, 436, 808] }
const LEAST_MS = 0.5
const DESIGN_TARGET_MS = 100

type Panel = {
  /** Whether the line of what is to be reached is about it. */
  hasTarget?: true
  title: string
  axis: string
  points: readonly Point[]
  x(point: Point): number
  y(point: Point): number
}

export function latencyChart({ machine, sweep, faster }: LoadResults): string {
  const rooms = { axis: 'rooms of four, half of them drawing a stroke a second', points: sweep, x: roomsOf }
  const panels: Panel[] = [
    { title: 'Half of all strokes, within', ...rooms, y: ({ toOthers }) => toOthers.p50 },
    { title: '95 % of all strokes, within', hasTarget: true, ...rooms, y: ({ toOthers }) => toOthers.p95 },
    {
      title: '95 %, fifty rooms ever faster',
      axis: 'strokes a second, of all together',
      points: faster,
      x: ({ strokes, load }) => strokes / load.seconds,
      y: ({ toOthers }) => toOthers.p95,
    },
  ]
  const drawn = panels.filter(({ points }) => points.length > 0)
  const all = drawn.flatMap(({ points, y }) => points.map(y)).filter(Number.isFinite)
  const most = 10 ** Math.ceil(Math.log10(Math.max(2 * DESIGN_TARGET_MS, ...all)))
  const names = (Object.keys(looks) as PeerName[]).filter((name) => sweep.some(({ peer }) => peer === name))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="16" y="26" font-size="16" font-weight="bold">From one person's stroke to everybody else's screen</text>`,
    `<text x="16" y="45" fill="#57606a">stock protocol clients and servers on one machine: ${machine ? machineName(machine) : ''}; hollow: the generators themselves were late</text>`,
    ...legend(names),
    ...drawn.flatMap((panel, i) => panelOf(panel, PANEL.lefts[i]!, most, names)),
    '</svg>\n',
  ].join('\n')
}

const roomsOf = ({ load }: Point) => load.rooms

function legend(names: readonly PeerName[]): string[] {
  return names.map((name, i) => {
    const { title, color, dash } = looks[name]
    const [x, y] = [64 + 372 * (i % 3), 72 + 20 * Math.floor(i / 3)]
    return (
      `<line x1="${x}" x2="${x + 28}" y1="${y - 4}" y2="${y - 4}" stroke="${color}" stroke-width="2.5"${dashOf(dash)}/>` +
      `<text x="${x + 36}" y="${y}">${title}</text>`
    )
  })
}

function panelOf(
  { title, axis, points, x, y, hasTarget }: Panel,
  left: number,
  most: number,
  names: readonly PeerName[],
) {
  const { top, height, width } = PANEL
  const [least, largest] = [Math.min(...points.map(x)), Math.max(...points.map(x))]
  const span = Math.log(largest / least) || 1
  const across = (value: number) => left + 10 + ((width - 20) * Math.log(value / least)) / span
  const up = (value: number) =>
    top + height - (height * Math.log(Math.max(LEAST_MS, value) / LEAST_MS)) / Math.log(most / LEAST_MS)
  const ticks = [1, 10, 100, 1_000, 10_000].filter((value) => value <= most)
  const grid = ticks.map(
    (value) =>
      `<line x1="${left}" x2="${left + width}" y1="${up(value).toFixed(1)}" y2="${up(value).toFixed(1)}" stroke="#d8dee4"/>` +
      `<text x="${left - 7}" y="${(up(value) + 4).toFixed(1)}" text-anchor="end" fill="#57606a">${value >= 1000 ? `${value / 1000} s` : `${value} ms`}</text>`,
  )
  const marks = [...new Set(points.map(x))].map(
    (value) =>
      `<line x1="${across(value).toFixed(1)}" x2="${across(value).toFixed(1)}" y1="${top + height}" y2="${top + height + 4}" stroke="#57606a"/>` +
      `<text x="${across(value).toFixed(1)}" y="${top + height + 18}" text-anchor="middle" fill="#57606a">${Math.round(value).toLocaleString('en')}</text>`,
  )
  const lines = names.flatMap((name) => {
    const own = points.filter(({ peer }) => peer === name)
    const { color, dash } = looks[name]
    const at = own.map((point) => `${across(x(point)).toFixed(1)},${up(y(point)).toFixed(1)}`)
    return [
      `<polyline points="${at.join(' ')}" fill="none" stroke="${color}" stroke-width="2"${dashOf(dash)}/>`,
      ...own.map((point, i) => {
        const [cx, cy] = at[i]!.split(',')
        return `<circle cx="${cx}" cy="${cy}" r="3.5" stroke="${color}" stroke-width="1.5" fill="${point.isVoid ? '#fff' : color}"/>`
      }),
    ]
  })
  const at = up(DESIGN_TARGET_MS).toFixed(1)
  const target = hasTarget
    ? [
        `<line x1="${left}" x2="${left + width}" y1="${at}" y2="${at}" stroke="#1f2328" stroke-dasharray="3 3"/>`,
        `<text x="${left + 4}" y="${Number(at) - 5}">to reach: ${DESIGN_TARGET_MS} ms</text>`,
      ]
    : []
  return [
    `<text x="${left}" y="${top - 12}" font-weight="bold">${title}</text>`,
    ...grid,
    ...target,
    `<line x1="${left}" x2="${left + width}" y1="${top + height}" y2="${top + height}" stroke="#57606a"/>`,
    ...marks,
    ...lines,
    `<text x="${left + width / 2}" y="${top + height + 38}" text-anchor="middle" fill="#57606a">${axis}</text>`,
  ]
}

const dashOf = (dash: string | undefined) => (dash ? ` stroke-dasharray="${dash}"` : '')

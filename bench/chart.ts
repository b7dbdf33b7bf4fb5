/** Rows with a number to reach as bars, drawn as SVG by hand: the line is what is to be reached, and a bar that misses it is red. */
import type { Row } from './report.ts'

const WIDTH = 1040
const ROW = 26
const TOP = 56
const LEFT = 585
/** Where the target's line stands, and where bars that miss it by far end. */
const TARGET = 765
const RIGHT = 855
const [MET, MISSED] = ['#0f8a5f', '#c2410c']

type Bar = { what: string; text: string; share: number; isMet: boolean }

/** A bar's length: how much of what is allowed was used, or how much of the target was reached. */
function barOf({ what, value, unit, target = '' }: Row): Bar {
  const [, sign, number] = /^(<=|>=) ([\d.]+)/.exec(target)!
  const share = value / Number(number)
  const isMet = sign === '<=' ? share <= 1 : share >= 1
  const shown = value >= 100 ? value.toFixed(0) : value.toFixed(1)
  return { what, text: `${shown} ${unit} (${target})`, share, isMet }
}

export function chart(rows: readonly Row[], machine: string): string {
  const bars = rows.filter(({ target }) => target).map(barOf)
  const height = TOP + ROW * bars.length + 16
  const scale = (share: number) => Math.min(RIGHT, LEFT + (TARGET - LEFT) * share)
  const lines = bars.map(({ what, text, share, isMet }, i) => {
    const y = TOP + ROW * i
    const [end, color] = [scale(share), isMet ? MET : MISSED]
    return (
      `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${escaped(what)}</text>` +
      `<rect x="${LEFT}" y="${y + 3}" width="${(end - LEFT).toFixed(1)}" height="16" rx="2" fill="${color}"/>` +
      `<text x="${RIGHT + 12}" y="${y + 15}">${escaped(text)}</text>`
    )
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="16" y="24" font-size="15" font-weight="bold">What was measured against what is to be reached</text>`,
    `<text x="16" y="42" fill="#57606a">${escaped(machine)}</text>`,
    ...lines,
    `<line x1="${TARGET}" x2="${TARGET}" y1="${TOP - 4}" y2="${height - 12}" stroke="#1f2328" stroke-dasharray="3 3"/>`,
    `<text x="${TARGET}" y="${TOP - 8}" text-anchor="middle">to reach</text>`,
    '</svg>\n',
  ].join('\n')
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

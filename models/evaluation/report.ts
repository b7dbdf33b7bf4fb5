/** The report: report.json (all curves), REPORT.md, charts as SVG, contact sheets as WebP. Made of measured rows alone. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chart } from './chart.ts'
import { groupTitles, type GroupName } from './groups.ts'
import type { Row } from './measurePicture.ts'
import { measureNames, measureTitles, type MeasureName } from './measures.ts'
import { methodNames, methodTitles } from './method.ts'
import type { PageResult } from './pages.ts'
import { sheetColumns } from './contactSheet.ts'
import type { Quotable } from './quoted.ts'
import { allCurves, compareWithBest, countsIn, type Curves } from './summary.ts'
import { targetsOf, type Target } from './targets.ts'

export type RunFacts = {
  date: string
  machine: string
  weights: string
  pictures: number
  slowPictures: number
  seeds: number
  minutes: number
  /** What could not be measured, in sentences. */
  notes: string[]
  seconds: Record<string, number>
}

/** Contact sheets by file name. */
export type Sheets = Map<string, { title: string; bytes: Uint8Array }>

export type Report = {
  facts: RunFacts
  rows: readonly Row[]
  pages: readonly PageResult[]
  sheets: Sheets
}

/** Drawn as curves; the others are tables. */
const charted = ['psnr', 'difference'] as const

/** Writes the report and returns what other texts quote of it. */
export async function writeReport(folder: string, { facts, rows, pages, sheets }: Report): Promise<Quotable> {
  await mkdir(folder, { recursive: true })
  // Pictures of an earlier run, of groups this one may not have.
  for (const file of await readdir(folder)) if (/\.(svg|webp)$/.test(file)) await rm(join(folder, file))
  const groups = [...new Set(rows.map(({ group }) => group as GroupName))]
  const curves = Object.fromEntries(
    groups.map((group) => [group, allCurves(rows.filter((row) => row.group === group))]),
  ) as Record<GroupName, Record<MeasureName, Curves>>
  const targets = targetsOf(rows)
  for (const group of groups) {
    for (const measure of charted) {
      const title = `${measureTitles[measure]}: ${groupTitles[group]} (median)`
      await writeFile(
        join(folder, `${group}-${measure}.svg`),
        chart(curves[group][measure], { title, axis: measureTitles[measure] }),
      )
    }
  }
  for (const [name, { bytes }] of sheets) await writeFile(join(folder, name), bytes)
  const json = JSON.stringify({ facts, targets, curves, pages }, rounded, 1)
  await writeFile(join(folder, 'report.json'), `${json}\n`)
  const text = [
    ...heading(facts),
    ...targetTable(targets),
    ...groups.flatMap((group) =>
      groupPart(
        group,
        rows.filter((row) => row.group === group),
        curves[group],
      ),
    ),
    ...(pages.length > 0 ? pageTable(pages) : []),
    ...sheetPart(sheets),
    ...timeTable(facts),
  ]
  await writeFile(join(folder, 'REPORT.md'), `${text.join('\n')}\n`)
  return JSON.parse(json) as Quotable
}

const rounded = (_: string, value: unknown) =>
  typeof value === 'number' ? Math.round(1000 * value) / 1000 : value

function heading(facts: RunFacts): string[] {
  return [
    '# How well the networks color',
    '',
    `Written by \`npm run evaluate\` on ${facts.date}: ${facts.machine}; ${facts.weights}. ${facts.pictures} pictures a group at most,`,
    `${facts.seeds} seeds of simulated strokes; slow methods on ${facts.slowPictures} pictures and the first seed. ${facts.minutes} minutes.`,
    'Everything is the median over pictures (a picture being the mean of its seeds), of what people see at 256 pixels.',
    '',
    ...facts.notes.map((note) => `* ${note}`),
    '* What was tried where a target is missed, and what more training promises: [training/README.md](../../training/README.md).',
    '',
  ]
}

function targetTable(targets: readonly Target[]): string[] {
  const judged = ({ missing }: Target) =>
    Number.isNaN(missing) ? 'not measured' : missing === 0 ? 'reached' : `missed by ${missing.toFixed(2)}`
  return [
    '## What must be reached',
    '',
    'Without a group named: whole held-out styles. Gains are medians of paired differences with 95 % bootstrap intervals, over the',
    'first seed of the pictures that every baseline ran on.',
    '',
    '| target | wanted | measured | |',
    '|---|---|---|---|',
    ...targets.map(
      (target) => `| ${target.what} | ${target.wanted} | ${target.reached} | ${judged(target)} |`,
    ),
    '',
  ]
}

function groupPart(group: GroupName, rows: readonly Row[], curves: Record<MeasureName, Curves>): string[] {
  const title = groupTitles[group]
  return [
    `## ${title[0]!.toUpperCase()}${title.slice(1)}`,
    '',
    ...charted.map((measure) => `![${measureTitles[measure]}](${group}-${measure}.svg)`),
    '',
    ...gainTable('Refined against the best outside baseline, PSNR', rows),
    ...gainTable(
      'The same where the first stroke says that the paper is paper (baselines flood it otherwise)',
      rows.filter(({ isPaperHinted }) => isPaperHinted),
    ),
    ...measureNames.flatMap((measure) => curveTable(measureTitles[measure], curves[measure])),
  ]
}

function gainTable(title: string, rows: readonly Row[]): string[] {
  const gains = countsIn(rows).flatMap((strokes) => compareWithBest(rows, strokes, 'psnr') ?? [])
  if (gains.length === 0) return []
  return [
    `**${title}**`,
    '',
    '| strokes | baseline | pictures | ours | theirs | gain [95 %] |',
    '|---|---|---|---|---|---|',
    ...gains.map(
      ({ strokes, baseline, pictures, ours, theirs, gain, interval }) =>
        `| ${strokes} | ${methodTitles[baseline]} | ${pictures} | ${ours.toFixed(2)} | ${theirs.toFixed(2)} | ${gain.toFixed(2)} [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}] |`,
    ),
    '',
  ]
}

function curveTable(title: string, curves: Curves): string[] {
  const methods = methodNames.filter((name) => curves[name])
  if (methods.length === 0) return []
  const counts = [...new Set(methods.flatMap((name) => curves[name]!.map(({ strokes }) => strokes)))].sort(
    (a, b) => a - b,
  )
  return [
    `**${title}**`,
    '',
    `| strokes | ${counts.join(' | ')} |`,
    `|---|${counts.map(() => '---|').join('')}`,
    ...methods.map((name) => {
      const cells = counts.map((count) => {
        const point = curves[name]!.find(({ strokes }) => strokes === count)
        return point ? point.median.toFixed(2) : ''
      })
      return `| ${methodTitles[name]} | ${cells.join(' | ')} |`
    }),
    '',
  ]
}

function pageTable(pages: readonly PageResult[]): string[] {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  return [
    '## Real coloring pages, without hints',
    '',
    '| page | no numbers | paper around that is tinted | mean chroma inside |',
    '|---|---|---|---|',
    ...pages.map(
      ({ page, notANumber, tintedPaper, chroma }) =>
        `| ${page} | ${percent(notANumber)} | ${percent(tintedPaper)} | ${chroma.toFixed(1)} |`,
    ),
    '',
  ]
}

function sheetPart(sheets: Sheets): string[] {
  if (sheets.size === 0) return []
  return [
    '## Contact sheets',
    '',
    `Columns: lines with hints, truth, ${sheetColumns.map((name) => methodTitles[name]).join(', ')}; for real pages: lines, draft, refined.`,
    '',
    ...[...sheets].flatMap(([file, { title }]) => [`**${title}**`, '', `![${title}](${file})`, '']),
  ]
}

function timeTable({ seconds }: RunFacts): string[] {
  return [
    '## Where the time went',
    '',
    '| part | seconds |',
    '|---|---|',
    ...Object.entries(seconds).map(([part, value]) => `| ${part} | ${value} |`),
  ]
}

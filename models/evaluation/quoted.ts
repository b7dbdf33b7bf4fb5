/**
 * What README.md and the model card quote from report.json, between `<!-- quality -->` and `<!-- end of quality -->`: written with
 * the report (`npm run evaluate`), never by hand; `quoted.test.ts` compares them with the report of the repository.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { groupNames, groupTitles, type GroupName } from './groups.ts'
import { methodTitles, type MethodName } from './method.ts'
import type { RunFacts } from './report.ts'
import type { Curves } from './summary.ts'
import type { Target } from './targets.ts'

/** What report.json holds of it. */
export type Quotable = {
  facts: Pick<RunFacts, 'pictures' | 'seeds' | 'slowPictures' | 'weights'>
  targets: readonly Target[]
  curves: Partial<Record<GroupName, { psnr: Curves }>>
}

const methods = ['refined', 'draft', 'map', 'gmic', 'levin', 'fill', 'seed', 'white'] as const
const counts = [1, 3, 10, 30]
const part = /(?<=<!-- quality -->\n)[^]*(?=<!-- end of quality -->)/

export const quotingFiles = ['../../README.md', '../MODEL_CARD.md'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** `text` with its quoted part made new. @throws Error when it has none. */
export function quoted(text: string, report: Quotable): string {
  if (!part.test(text)) throw new Error('the text has no part to quote the quality in')
  return text.replace(part, () => quality(report))
}

/** Brings all quoting files up to date. */
export async function writeQuoted(report: Quotable): Promise<void> {
  for (const file of quotingFiles) await writeFile(file, quoted(await readFile(file, 'utf8'), report))
}

function quality({ facts, targets, curves }: Quotable): string {
  const groups = groupNames.filter((group) => curves[group])
  const reached = targets.filter(({ missing }) => missing === 0).length
  const row = (method: MethodName) => {
    const name = method === 'refined' ? `**${methodTitles[method]}**` : methodTitles[method]
    return `| ${[name, ...groups.map((group) => cell(curves[group]!.psnr[method]))].join(' | ')} |`
  }
  return [
    '',
    `| PSNR in dB at ${counts.join(', ')} strokes | ${groups.map((group) => groupTitles[group]).join(' | ')} |`,
    `|${'---|'.repeat(groups.length + 1)}`,
    ...methods.map(row),
    '',
    `Medians over at most ${facts.pictures} pictures a group, ${facts.seeds} seeds of simulated strokes each (G'MIC, Levin and the seed's recipe: ` +
      `${facts.slowPictures} pictures, one seed); weights: ${facts.weights}. ${reached} of the report's ${targets.length} targets are reached.`,
    '',
    '',
  ].join('\n')
}

const cell = (curve: Curves[MethodName]) =>
  counts.map((count) => curve?.find(({ strokes }) => strokes === count)?.median.toFixed(1) ?? '-').join(', ')

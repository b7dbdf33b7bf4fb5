/**
 * Which engines `auto` takes, best first: those that may work here are measured one after the other, for two at once would disturb
 * each other, and the fastest wins. The last candidate is what is left when nothing else works: it is always among them. Knows no
 * engine; measuring is the caller's.
 */
import type { EngineName } from './engine.ts'

/** `excluded`: why it is not tried at all. */
export type Candidate = { name: EngineName; excluded: string | null }

/** Milliseconds a picture, or why it does not work. */
export type Measured = { ms: number } | { reason: string }

/** `why` tells the result and how each of the others fared, in one line. */
export type Choice = { engines: readonly EngineName[]; why: string }

export async function chooseEngine(
  candidates: readonly Candidate[],
  measure: (name: EngineName) => Promise<Measured>,
): Promise<Choice> {
  const tried = candidates.filter(({ excluded }) => excluded === null)
  const last = candidates.at(-1)
  if (!last) throw new Error('there is no engine to choose from')
  const out = candidates.flatMap(({ name, excluded }) => (excluded === null ? [] : [`${name}: ${excluded}`]))
  const [only, another] = tried
  if (!another) {
    const name = only?.name ?? last.name
    return { engines: [name], why: sentence(`engine ${name}, the only one that can run here`, out) }
  }
  const works: { name: EngineName; ms: number }[] = []
  for (const { name } of tried) {
    const measured = await measure(name)
    if ('ms' in measured) works.push({ name, ms: measured.ms })
    else out.push(`${name}: ${measured.reason}`)
  }
  works.sort((a, b) => a.ms - b.ms)
  const engines = works.map(({ name }) => name)
  if (!engines.includes(last.name)) engines.push(last.name)
  const [best = `${last.name}, for none could be measured`, ...slower] = works.map(
    ({ name, ms }) => `${name}: ${Math.round(ms)} ms a picture`,
  )
  return { engines, why: sentence(`engine ${best}`, [...slower, ...out]) }
}

const sentence = (result: string, others: readonly string[]) => [result, ...others].join('; ')

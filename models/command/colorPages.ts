/**
 * Colors pages one after the other. A page that fails does not stop the others; what is done is whole and remembered, so that
 * the command may end at any moment and go on where it was.
 *
 * While the networks color a page the one before it is encoded and written, in threads of their own: two pages are in memory, however
 * many there are.
 */
import { hashOf, MadeRecord } from './madeRecord.ts'
import { Fault, faultText } from './fault.ts'
import { readFileOf } from './readFileOf.ts'
import type { NamedBytes, Painter, Painted } from './painter.ts'
import type { Page, Pages } from './pages.ts'
import { writeWhole } from './writeWhole.ts'

export type Outcome = { sketch: string } & (
  | { outcome: 'colored'; out: string; width: number; height: number; ms: number }
  | { outcome: 'skipped'; out: string }
  | { outcome: 'failed'; reason: string }
)

export type ColorPagesOptions = Pages & {
  painter: Painter
  /** All that a picture depends on but its own files. */
  options: readonly (string | Uint8Array)[]
  /** Skips nothing. */
  force: boolean
  /** Hears of each page, in the order they are done. */
  onPage(outcome: Outcome): void
}

export async function colorPages(how: ColorPagesOptions): Promise<void> {
  const { pages, isBatch, painter, options, force, onPage } = how
  const record = isBatch ? new MadeRecord() : undefined
  let writing: Promise<void> = Promise.resolve()
  for (const page of pages) {
    const began = performance.now()
    let work: Work | undefined
    try {
      work = await begin(page)
    } catch (error) {
      await writing
      onPage({ sketch: page.sketch, outcome: 'failed', reason: faultText(error, page.sketch) })
    }
    await writing
    if (work) writing = end(page, work, began)
  }
  await writing

  /** Undefined when it is done already. */
  async function begin({ sketch, hints, fault, out }: Page): Promise<Work | undefined> {
    if (fault !== undefined) throw new Fault(fault)
    const files = [await named(sketch), ...(hints === undefined ? [] : [await named(hints)])] as const
    const from = hashOf(...options, ...painter.weights, ...files.map(({ bytes }) => bytes))
    if (!force && (await record?.has(out, from))) {
      await writing
      onPage({ sketch, outcome: 'skipped', out })
      return undefined
    }
    return { from, painted: await painter.paint(...files) }
  }

  /** Never rejects. */
  async function end({ sketch, out }: Page, { from, painted }: Work, began: number): Promise<void> {
    try {
      await writeWhole(out, await painted.encode())
      await record?.add(out, from)
      const { width, height } = painted
      onPage({ sketch, outcome: 'colored', out, width, height, ms: Math.round(performance.now() - began) })
    } catch (error) {
      onPage({ sketch, outcome: 'failed', reason: faultText(error, sketch) })
    }
  }
}

type Work = { from: string; painted: Painted }

const named = async (path: string): Promise<NamedBytes> => ({ path, bytes: await readFileOf(path) })

/** Which pages the command colors, from what hints, and where each picture goes. */
import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { Fault } from './fault.ts'
import { formats, isMade } from './format.ts'
import { isFile, isFolder } from './readFileOf.ts'
import type { Request } from './request.ts'

/** `name`: of the picture in its folder. `fault`: why it cannot be colored. */
export type Page = { sketch: string; out: string; hints?: string; fault?: string }

/** Several pages, which are remembered when they are done, or the one that was named. */
export type Pages = { pages: Page[]; isBatch: boolean }

const SKETCHES = ['.png', '.jpg', '.jpeg', '.webp', '.psd', '.ora']
/** What a page's hints are called: beside it, and in a folder of hints. */
const HINTS = ['.hints.png', '.nurie', '.nurie-strokes']
const HINTS_ALONE = [...HINTS, '.png', '.json']

/** A sketch and what it is called below the folder that was named. */
type Found = { path: string; name: string }

/** @throws Fault */
export async function findPages(request: Request): Promise<Pages> {
  const { sketches, out, format } = request
  const [only = ''] = sketches
  if (sketches.length === 1 && !(await isFolder(only))) {
    const into = out !== undefined && (/[/\\]$/.test(out) || (await isFolder(out)))
    const path = out === undefined || into ? outOf({ path: only, name: basename(only) }, request) : out
    return { isBatch: false, pages: await withHints([{ sketch: only, out: path }], request) }
  }
  if (out !== undefined && (await isFile(out)))
    throw new Fault(`${out} is a file: for several pictures name a folder with --out.`)
  const found: Found[] = []
  for (const sketch of sketches) {
    if (await isFolder(sketch)) found.push(...(await sketchesBelow(sketch, out)))
    else found.push({ path: sketch, name: basename(sketch) })
  }
  if (found.length === 0)
    throw new Fault(`There is no drawing (PNG, JPEG, WebP, PSD, ORA) in ${sketches.join(', ')}.`)
  const pages = found.map((each) => ({ sketch: each.path, out: outOf(each, request) }))
  await refuseOverwriting(pages, format)
  return { isBatch: true, pages: await withHints(pages, request, found) }
}

function outOf({ path, name }: Found, { out, format }: Request): string {
  const { ending, beside } = formats[format]
  const stem = (file: string) => file.replace(/\.[a-z]+$/i, '')
  return out === undefined ? `${stem(path)}${beside}` : join(out, `${stem(name)}.${ending}`)
}

/** In the order people count: page 2 before page 10. Neither hidden ones nor what the command wrote itself. */
async function sketchesBelow(folder: string, out: string | undefined): Promise<Found[]> {
  const made = out === undefined ? undefined : resolve(out)
  const walk = async (below: string): Promise<string[]> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        throw new Fault(`${join(folder, below)} cannot be read (${error.code}).`)
      },
    )
    const names: string[] = []
    for (const entry of entries) {
      const name = join(below, entry.name)
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory() && resolve(folder, name) !== made) names.push(...(await walk(name)))
      else if (isSketch(entry.name) && (entry.isFile() || entry.isSymbolicLink())) names.push(name)
    }
    return names
  }
  const { compare } = new Intl.Collator('en', { numeric: true })
  return (await walk('')).sort(compare).map((name) => ({ path: join(folder, name), name }))
}

const isSketch = (name: string) => SKETCHES.includes(extname(name).toLowerCase()) && !isMade(name)

/** A drawing is never written over, nor one page's picture by another's: the later one fails. */
async function refuseOverwriting(pages: Page[], format: Request['format']): Promise<void> {
  const real = async (path: string) =>
    join(await realpath(dirname(path)).catch(() => resolve(dirname(path))), basename(path))
  const sketches = new Set(await Promise.all(pages.map(({ sketch }) => real(sketch))))
  const makers = new Map<string, string>()
  for (const page of pages) {
    const out = await real(page.out)
    if (sketches.has(out))
      throw new Fault(`${page.out} is a drawing and would be written over: name another folder with --out.`)
    const maker = makers.get(out)
    if (maker === undefined) makers.set(out, page.sketch)
    else
      page.fault = `${page.out} is what ${maker} becomes, as ${formats[format].ending}: give one of them another name.`
  }
}

/** Named ones for every page, those of a folder by the page's name, or in a batch those beside it. */
async function withHints(pages: Page[], { hints }: Request, found?: Found[]): Promise<Page[]> {
  if (hints !== undefined && !(await isFolder(hints))) return pages.map((page) => ({ ...page, hints }))
  if (hints === undefined && !found) return pages
  return Promise.all(
    pages.map(async (page, i) => {
      const place = hints === undefined ? page.sketch : join(hints, found?.[i]?.name ?? basename(page.sketch))
      const stem = place.replace(/\.[a-z]+$/i, '')
      for (const ending of hints === undefined ? HINTS : HINTS_ALONE)
        if (await isFile(stem + ending)) return { ...page, hints: stem + ending }
      return page
    }),
  )
}

export const shownName = (path: string) => relative('', path) || path

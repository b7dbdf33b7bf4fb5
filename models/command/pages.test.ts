import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findPages } from './pages.ts'
import { parseRequest } from './request.ts'

let folder = ''
const at = (name: string) => join(folder, name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nurie-pages-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function files(...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(at(name)), { recursive: true })
    await writeFile(at(name), '')
  }
}
/** Sketch, picture and hints of each page, seen from the folder. */
async function pagesOf(...args: string[]) {
  const { pages, isBatch } = await findPages(parseRequest(args)!)
  const short = (path: string | undefined) => path && relative(folder, path)
  return { isBatch, rows: pages.map(({ sketch, out, hints }) => [sketch, out, hints].map(short)) }
}
const fault = (...args: string[]) =>
  pagesOf(...args).then(
    () => 'taken',
    (error: Error) => error.message,
  )

describe('which pages are colored', () => {
  it('D2 a folder’s pictures as people count them, with their hints, under their own names in another folder', async () => {
    await files('p/10.png', 'p/2.JPG', 'p/2.hints.png', 'p/a/1.webp', 'p/a/1.nurie-strokes', 'p/.hidden.png')
    await files('p/10.colored.png', 'p/10.flats.png', 'p/notes.txt', 'p/.git/x.png', 'p/out/old.png')
    expect(await pagesOf(at('p'), '--out', at('p/out'))).toEqual({
      isBatch: true,
      rows: [
        ['p/2.JPG', 'p/out/2.png', 'p/2.hints.png'],
        ['p/10.png', 'p/out/10.png', undefined],
        ['p/a/1.webp', 'p/out/a/1.png', 'p/a/1.nurie-strokes'],
      ],
    })
  })

  it('D2 without --out each picture lies beside its sketch; hints may lie in a folder of their own', async () => {
    await files('p/1.png', 'p/a/2.png', 'h/1.png', 'h/a/2.json')
    expect((await pagesOf(at('p'), '--hints', at('h'), '--format', 'color')).rows).toEqual([
      ['p/1.png', 'p/1.colors.png', 'h/1.png'],
      ['p/a/2.png', 'p/a/2.colors.png', 'h/a/2.json'],
    ])
    await files('hints.png')
    const same = await pagesOf(at('p/1.png'), at('p/a/2.png'), '--hints', at('hints.png'), '--out', at('o'))
    expect(same.rows).toEqual([
      ['p/1.png', 'o/1.png', 'hints.png'],
      ['p/a/2.png', 'o/2.png', 'hints.png'],
    ])
  })

  it('D2 one picture goes where --out says, or into the folder it names', async () => {
    await files('1.jpeg', '1.hints.png')
    await mkdir(at('there'))
    const one = async (...more: string[]) => (await pagesOf(at('1.jpeg'), ...more)).rows[0]!.slice(1)
    expect(await one()).toEqual(['1.colored.png', undefined])
    expect(await one('--out', at('x'))).toEqual(['x', undefined])
    expect(await one('--out', at('there'))).toEqual(['there/1.png', undefined])
    expect(await one('--out', `${at('new')}/`)).toEqual(['new/1.png', undefined])
  })

  it('D2 no drawing is written over, and no picture by another; a folder without any is told', async () => {
    await files('p/1.png', 'q/1.jpg', 'p/note.txt')
    await mkdir(at('empty'))
    expect(await fault(at('p'), '--out', at('p'))).toMatch(/1\.png is a drawing and would be written over/)
    expect(await fault(at('empty'))).toMatch(
      /There is no drawing \(PNG, JPEG, WebP, PSD, ORA\) in .*empty\.$/,
    )
    expect(await fault(at('p'), '--out', at('p/note.txt'))).toMatch(
      /is a file: for several pictures name a folder/,
    )
    const { pages } = await findPages(parseRequest([at('p'), at('q'), '--out', at('o')])!)
    expect(pages.map(({ fault }) => fault !== undefined)).toEqual([false, true])
    expect(pages[1]!.fault).toMatch(/o\/1\.png is what .*p\/1\.png becomes/)
  })
})

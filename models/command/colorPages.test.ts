import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { refusals } from '../../shared/protocol.ts'
import { colorPages, type Outcome } from './colorPages.ts'
import { RECORD } from './madeRecord.ts'
import { findPages } from './pages.ts'
import { openPainter, type Painter } from './painter.ts'
import { parseRequest } from './request.ts'

let folder = ''
let painter: Painter
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nurie-batch-'))
  painter = await openPainter({ format: 'png', stage: 'draft', size: 64, exact: false, clean: false })
})
afterAll(async () => {
  await painter.close()
  await rm(folder, { recursive: true, force: true })
})

const picture = (background: string, channels: 3 | 4 = 3) =>
  sharp({ create: { width: 64, height: 48, channels, background } })
    .png()
    .toBuffer()
async function put(name: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(at(name)), { recursive: true })
  await writeFile(at(name), bytes)
}

/** Colors the folder `pages` into `out`: what became of each page, by its name. */
async function color(more: { force?: boolean; options?: string[] } = {}): Promise<Record<string, string>> {
  const outcomes: Outcome[] = []
  const found = await findPages(parseRequest([at('pages'), '--out', at('out')])!)
  const { force = false, options = ['a'] } = more
  await colorPages({ ...found, painter, options, force, onPage: (outcome) => outcomes.push(outcome) })
  return Object.fromEntries(
    outcomes.map((each) => [
      each.sketch.slice(at('pages/').length),
      each.outcome === 'failed' ? each.reason : each.outcome,
    ]),
  )
}

it('D4 each page is colored once, one that fails stops no other, and what changed is colored again', async () => {
  for (const name of ['1', '2', 'below/3']) await put(`pages/${name}.png`, await picture('#ffffff'))
  await put('pages/2.hints.png', await picture('#00ff00', 4))
  await put('pages/bad.png', 'no picture')
  await put('pages/hinted.png', await picture('#ffffff'))
  await put('pages/hinted.nurie-strokes', '{}')
  const faults = {
    'bad.png': `${at('pages/bad.png')}: ${refusals['not-an-image'][1]}`,
    'hinted.png': expect.stringMatching(/hinted\.nurie-strokes: These hints are damaged/) as string,
  }
  const all = (outcome: string) => ({ '1.png': outcome, '2.png': outcome, 'below/3.png': outcome, ...faults })
  expect(await color()).toEqual(all('colored'))
  const green = await sharp(at('out/2.png')).raw().toBuffer()
  expect([green[0]! < 60, green[1]! > 180]).toEqual([true, true])
  expect((await readdir(at('out'), { recursive: true })).sort()).toEqual(
    [RECORD, '1.png', '2.png', 'below', join('below', RECORD), join('below', '3.png')].sort(),
  )
  expect(await color()).toEqual(all('skipped'))

  await put('pages/2.hints.png', await picture('#0000ff', 4))
  await rm(at('out/1.png'))
  // Somebody touched it up: it stays.
  await writeFile(at('out/below/3.png'), 'by hand')
  expect(await color()).toEqual({ ...all('skipped'), '1.png': 'colored', '2.png': 'colored' })
  expect(await readFile(at('out/below/3.png'), 'utf8')).toBe('by hand')

  expect(await color({ options: ['b'] })).toEqual(all('colored'))
  expect(await color({ options: ['b'], force: true })).toEqual(all('colored'))
  expect(await color({ options: ['b'] })).toEqual(all('skipped'))
})

it('D4 a record that was cut short, or holds anything else, costs the pages it does not tell of', async () => {
  const record = await readFile(at(`out/${RECORD}`), 'utf8')
  const [first = '', ...others] = record.trim().split('\n')
  await writeFile(at(`out/${RECORD}`), `${first}\nnull\n{"picture":1}\n${others.at(-1)!.slice(0, 30)}`)
  const outcomes = await color({ options: ['b'] })
  expect([outcomes['1.png'], outcomes['2.png']].sort()).toEqual(['colored', 'skipped'])
  expect(Object.values(await color({ options: ['b'] })).filter((outcome) => outcome === 'colored')).toEqual(
    [],
  )
})

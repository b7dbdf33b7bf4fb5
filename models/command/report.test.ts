import { expect, it } from 'vitest'
import type { Outcome } from './colorPages.ts'
import { Report } from './report.ts'

const outcomes: Outcome[] = [
  { outcome: 'colored', sketch: 'a.png', out: 'o/a.png', width: 3, height: 2, ms: 9 },
  { outcome: 'skipped', sketch: 'b.png', out: 'o/b.png' },
  { outcome: 'failed', sketch: 'c.png', reason: 'c.png: no.' },
]

function report(how: { isTTY?: boolean; json?: boolean; isCi?: boolean }) {
  const texts = { out: '', err: '' }
  const screen = (name: 'out' | 'err') => ({
    isTTY: how.isTTY ?? false,
    write: (text: string) => (texts[name] += text),
  })
  const { json = false, isCi = false } = how
  const told = new Report({
    total: 4,
    stage: 'refined',
    isBatch: true,
    json,
    isCi,
    out: screen('out'),
    err: screen('err'),
  })
  for (const outcome of outcomes) told.tell(outcome)
  told.end()
  return { ...texts, isWell: told.isWell }
}

it('D5 without a terminal, and in CI, each page is a line; at the end there are counts, and the faults on stderr', () => {
  for (const how of [{}, { isTTY: true, isCi: true }]) {
    const { out, err, isWell } = report(how)
    expect(out.replace(/\d\.\d s/, '0.0 s')).toBe(
      '[1/4] o/a.png: 3 x 2, refined\n[2/4] o/b.png: done already\n[3/4] c.png: no.\n' +
        '1 colored, 1 skipped (done already), 1 failed, 1 left: run the same again to go on; 0.0 s\n',
    )
    expect([err, isWell]).toEqual(['c.png: no.\n', false])
  }
})

it('D5 a terminal shows a bar that goes away', () => {
  const { out } = report({ isTTY: true })
  expect(out).toContain('25 %  1 of 4 pages, a.png')
  expect(out.split('\r\x1b[2K').at(-1)).toMatch(/^1 colored, /)
})

it('D5 with --json nothing else is on standard output', () => {
  const { out, err } = report({ json: true })
  const { ms: _, ...summary } = JSON.parse(out) as { ms: number }
  expect(summary).toEqual({
    colored: [{ sketch: 'a.png', out: 'o/a.png', width: 3, height: 2, ms: 9 }],
    skipped: [{ sketch: 'b.png', out: 'o/b.png' }],
    failed: [{ sketch: 'c.png', reason: 'c.png: no.' }],
    left: 1,
  })
  expect(err).toContain('1 colored, 1 skipped')
})

import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { quoted, quotingFiles, type Quotable } from './quoted.ts'

const report = JSON.parse(
  await readFile(new URL('./report/report.json', import.meta.url), 'utf8'),
) as Quotable

it.each(quotingFiles)('%s quotes the report of this repository, number by number', async (file) => {
  const text = await readFile(file, 'utf8')
  expect(quoted(text, report)).toBe(text)
})

it('changes nothing but the quoted part, and refuses a text without one', () => {
  const text = 'before\n<!-- quality -->\nold\n<!-- end of quality -->\nafter\n'
  const made = quoted(text, report)
  expect(made).toMatch(/^before\n[^]*Nurie, refined[^]*\nafter\n$/)
  expect(made).not.toContain('old')
  expect(() => quoted('nothing', report)).toThrow(/no part/)
})

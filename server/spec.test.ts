import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('.', import.meta.url))

it('every rule of SPEC.md is proved by a test that carries its id', () => {
  const rules = Array.from(
    readFileSync(`${folder}/SPEC.md`, 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\*/gm),
    (m) => m[1]!,
  )
  const titles = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') || file.endsWith('.fixture.ts'))
    .flatMap((file) =>
      Array.from(
        readFileSync(folder + file, 'utf8').matchAll(/\bit(?:\.each\([^)]*\))?\(\s*['`]([^'`]*)/g),
        (m) => m[1]!,
      ),
    )
  const proved = new Set(titles.flatMap((title) => title.match(/\b[A-Z]\d+\b/g) ?? []))
  expect(rules.length).toBeGreaterThan(30)
  expect(rules.filter((rule) => !proved.has(rule))).toEqual([])
})

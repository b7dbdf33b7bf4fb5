import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = ['server', 'shared', 'models', 'files', 'client', 'e2e', 'fuzz', 'examples', 'deploy']
const isTest = (file: string) => /\.(test|spec|fixture)\.ts$/.test(file)

it('every rule of SPEC.md is proved by a test that carries its id', () => {
  const rules = Array.from(
    readFileSync(join(root, 'server', 'SPEC.md'), 'utf8').matchAll(/^- \*\*([A-Z]\d+)\*\*/gm),
    (m) => m[1]!,
  )
  const titles = folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(root, folder, file),
      ),
    )
    .filter(isTest)
    .flatMap((file) =>
      Array.from(
        readFileSync(file, 'utf8').matchAll(/\b(?:it|test)(?:\.each\([^)]*\))?\(\s*['`]([^'`]*)/g),
        (m) => m[1]!,
      ),
    )
  const proved = new Set(titles.flatMap((title) => title.match(/\b[A-Z]\d+\b/g) ?? []))
  expect(rules.length).toBeGreaterThan(30)
  expect(rules.filter((rule) => !proved.has(rule))).toEqual([])
})

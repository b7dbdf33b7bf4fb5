import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { refusals } from '../../shared/protocol.ts'
import { ownProblems } from '../api/api.ts'
import de from './de.ts'
import en from './en.ts'
import es from './es.ts'
import { speak, t, type MessageKey } from './i18n.ts'
import ja from './ja.ts'
import type { Language } from './languages.ts'
import { names } from './names.fixture.ts'
import zhTW from './zh-TW.ts'

/** Each text by its key. */
function textsOf(tree: object, before = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]: [string, unknown]): [string, string][] =>
      typeof value === 'string' ? [[before + key, value]] : [...textsOf(value as object, `${before}${key}.`)],
    ),
  )
}

const english = textsOf(en)
const others: [Language, Map<string, string>][] = [
  ['ja', textsOf(ja)],
  ['zh-TW', textsOf(zhTW)],
  ['de', textsOf(de)],
  ['es', textsOf(es)],
]
const formsOf = (text: string) => text.split('|')
const placeholdersIn = (text: string) =>
  [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name!))].sort()

describe.each(others)('%s', (language, texts) => {
  test('J5 has every text that English has, and no other', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('J5 names in every text what the English one names', () => {
    // A form for one may leave the number out; all forms together name everything.
    const names = (of: Map<string, string>) =>
      Object.fromEntries([...of].map(([key, text]) => [key, placeholdersIn(text).join()]))
    expect(names(texts)).toEqual(names(english))
  })

  test('J5 has as many forms of a text as its grammar needs', () => {
    const wrong = [...english].filter(([key, text]) => {
      const forms = formsOf(texts.get(key) ?? '').length
      return forms !== (language === 'ja' || language === 'zh-TW' ? 1 : formsOf(text).length)
    })
    expect(wrong).toEqual([])
  })

  test('J5 leaves no text empty and no space at the ends of a text', () => {
    const wrong = [...texts].filter(([, text]) =>
      formsOf(text).some((form) => form.trim() === '' || text !== text.trim()),
    )
    expect(wrong).toEqual([])
  })

  test('J5 shows every text as it is written, with what it names in it', async () => {
    await speak(language)
    for (const [key, text] of texts) {
      const names = placeholdersIn(text)
      const values = Object.fromEntries(names.map((name) => [name, `«${name}»`]))
      const form = formsOf(text).at(-1)!.trim()
      const expected = form.replace(/\{(\w+)\}/g, '«$1»')
      expect(t(key as MessageKey, values, 5)).toBe(expected)
    }
  })
})

describe.each(others.filter(([language]) => language === 'ja' || language === 'zh-TW'))(
  '%s',
  (_language, texts) => {
    test('J6 has no English word left but names', () => {
      const left = [...texts].filter(
        ([key, text]) =>
          // What is printed on keys is the same on theirs.
          !key.startsWith('shortcuts.keys.') &&
          /[A-Za-z]{2}/.test(text.replace(/\{\w+\}/g, '').replace(names, '')),
      )
      expect(left).toEqual([])
    })
  },
)

test('J7 every text is used by the page', () => {
  const client = fileURLToPath(new URL('..', import.meta.url))
  const sources = readdirSync(client, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|vue)$/.test(file) && !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => readFileSync(join(client, file), 'utf8'))
    .join('\n')
  const literals = new Set(Array.from(sources.matchAll(/'([\w-]+(?:\.[\w-]+)+)'/g), ([, key]) => key!))
  /** Of keys that are put together: what stands before the part that varies, which is the last. */
  const beginnings = Array.from(
    sources.matchAll(/`((?:[\w-]+\.)+[\w-]*)\$\{[^`]+\}`/g),
    ([, before]) => before!,
  )
  const unused = [...english.keys()].filter(
    (key) =>
      !literals.has(key) &&
      !beginnings.some((before) => key.startsWith(before) && !key.slice(before.length).includes('.')),
  )
  expect(unused).toEqual([])
})

test('J8 a refusal reads in English as the server says it', () => {
  const said = Object.entries(refusals).map(([code, [, sentence]]) => [code, sentence])
  expect(en.refusals).toEqual({ ...Object.fromEntries(said), ...ownProblems })
})

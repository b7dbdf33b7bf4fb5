import { expect, test } from 'vitest'
import { language, speak, t } from './i18n.ts'

test('J4 of several languages that are chosen at once the last one holds', async () => {
  await Promise.all([speak('ja'), speak('es'), speak('de')])
  expect(language.value).toBe('de')
  expect(t('tools.names.brush')).toBe('Pinsel')
  await Promise.all([speak('de'), speak('en'), speak('ja')])
  expect(t('tools.names.brush')).toBe('ブラシ')
})

test('J4 names of people are words, whatever is in them', async () => {
  await speak('en')
  for (const name of ['{n}', '@:app.close', 'a | b', "{'x'}", '<b>$1</b>', '%{n}'])
    expect(t('people.follow', { name })).toBe(`Follow ${name}`)
})

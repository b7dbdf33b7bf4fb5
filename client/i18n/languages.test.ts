import { describe, expect, test } from 'vitest'
import { languageFor, localeFor } from './languages.ts'

describe('the language a person gets', () => {
  test.each([
    [['ja'], 'ja'],
    [['ja-JP', 'en-US', 'en'], 'ja'],
    [['de-AT', 'en'], 'de'],
    [['es-419'], 'es'],
    [['en-GB', 'ja'], 'en'],
    [['fr-FR', 'es', 'en'], 'es'],
    [['zh-TW', 'zh', 'en'], 'zh-TW'],
    [['zh-Hant'], 'zh-TW'],
    [['zh-Hant-HK', 'en'], 'zh-TW'],
    [['zh-HK', 'en'], 'zh-TW'],
    [['zh-MO'], 'zh-TW'],
  ])('J1 of %j it is %s: the first that is read and spoken', (wanted, language) =>
    expect(languageFor(wanted)).toBe(language),
  )

  test.each([
    [['zh-CN', 'zh', 'en-US'], 'en'],
    [['zh-CN', 'ja'], 'ja'],
    [['zh-Hans-TW', 'en'], 'en'],
    [['zh-CN'], 'zh-TW'],
    [['zh', 'fr'], 'zh-TW'],
  ])(
    'J1 who reads simplified characters, %j, gets %s: the traditional ones only before nothing else',
    (wanted, language) => expect(languageFor(wanted)).toBe(language),
  )

  test.each([
    [[]],
    [['C']],
    [['*']],
    [['']],
    [['en_US', 'x']],
    [['fr', 'xx-YY', 'tlh']],
    [['-', 'i-klingon']],
  ])('J1 what is unknown or no tag at all, %j, is English and never throws', (wanted) =>
    expect(languageFor(wanted)).toBe('en'),
  )

  test('J1 a bad tag does not hide the good one behind it', () =>
    expect(languageFor(['*', 'C', 'zh-Hant-HK'])).toBe('zh-TW'))

  test('J1 clocks and numbers are those of the person’s region, if it speaks the language', () => {
    expect(localeFor('en', ['de-AT', 'en-GB', 'en-US'])).toBe('en-GB')
    expect(localeFor('de', ['de-AT', 'en-GB'])).toBe('de-AT')
    expect(localeFor('zh-TW', ['zh-CN', 'zh-HK'])).toBe('zh-HK')
    expect(localeFor('ja', ['*', 'en'])).toBe('ja')
  })
})

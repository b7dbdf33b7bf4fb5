import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { countOf } from './i18n/countOf.ts'
import { speak } from './i18n/i18n.ts'
import type { Language } from './i18n/languages.ts'
import { whenOf } from './when.ts'

const now = new Date(2026, 10, 3, 18, 30).getTime()
const before = (minutes: number) => whenOf(now - 60_000 * minutes, now)
const inRegion = (...languages: string[]) => vi.stubGlobal('navigator', { languages })

beforeEach(() => speak('en'))
afterEach(() => vi.unstubAllGlobals())

test('J2 moments are said as people say them', () => {
  inRegion('en-US')
  expect([before(0), before(-5), before(0.9), before(1), before(59.9)]).toEqual([
    'just now',
    'just now',
    'just now',
    '1 min ago',
    '59 min ago',
  ])
  expect(before(90)).toMatch(/^today .*5.*00.*PM/)
  expect(before(60 * 24)).toMatch(/^Nov 2, 0?6:30/)
})

test.each<[Language, string, ...string[]]>([
  ['ja', 'ja-JP', 'たった今', '5分前', '今日 17:00', '11月2日 18:30'],
  ['zh-TW', 'zh-TW', '剛剛', '5 分鐘前', '今天 下午05:00', '11月2日 下午06:30'],
  ['de', 'de-DE', 'gerade eben', 'vor 5 Min.', 'heute 17:00', '2. Nov., 18:30'],
  ['es', 'es-ES', 'ahora mismo', 'hace 5 min', 'hoy 17:00', '2 nov, 18:30'],
])('J2 moments are said in %s', async (language, region, ...said) => {
  await speak(language)
  inRegion(region)
  expect([before(0), before(5), before(90), before(60 * 24)]).toEqual(said)
})

test('J2 the clock is the one of the region', () => {
  inRegion('fr-FR', 'en-GB')
  expect(before(90)).toBe('today 17:00')
})

test('J2 so many are said as the language says them', async () => {
  const strokes = () => [0, 1, 2, 12_345].map((count) => countOf(count, 'history.strokes'))
  inRegion()
  expect(strokes()).toEqual(['0 strokes', '1 stroke', '2 strokes', '12,345 strokes'])
  await speak('de')
  expect(strokes()).toEqual(['0 Striche', '1 Strich', '2 Striche', '12.345 Striche'])
  await speak('ja')
  expect(strokes()).toEqual(['0ストローク', '1ストローク', '2ストローク', '12,345ストローク'])
})

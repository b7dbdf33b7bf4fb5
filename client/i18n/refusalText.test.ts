import { expect, test } from 'vitest'
import { BrokenPalette } from '../../shared/paletteFiles/brokenPalette.ts'
import { Refusal } from '../../shared/refusal.ts'
import { problemOf, Problem } from '../api/api.ts'
import { speak } from './i18n.ts'
import { problemText, refusalText } from './refusalText.ts'

test('J8 a refusal is told in the language of the page by its code, and in the words of the server when the page does not know it', async () => {
  await speak('ja')
  expect(refusalText({ code: 'room-full', text: 'This room is full.' })).toMatch(/^ルームは満員です/)
  expect(refusalText({ code: 'too-blue', text: 'The page is too blue.' })).toBe('The page is too blue.')
  expect(refusalText({ code: 'toString', text: 'No.' })).toBe('No.')
})

test('J8 whatever is thrown has a sentence', async () => {
  await speak('de')
  expect(problemText(problemOf('network'))).toMatch(/^Nurie ist nicht erreichbar/)
  expect(problemText(new Problem('unknown', 'The page is too blue.'))).toBe('The page is too blue.')
  expect(problemText(new BrokenPalette({ kind: 'line', at: 12 }))).toMatch(/^Zeile 12 der Palette/)
  expect(problemText(new Refusal('empty-palette'))).toBe('Diese Palette enthält keine Farben.')
  expect(problemText(new TypeError('x is not a function'))).toMatch(/^Das hat nicht geklappt/)
})

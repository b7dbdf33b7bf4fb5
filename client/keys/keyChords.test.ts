import { beforeAll, describe, expect, test } from 'vitest'
import { speak } from '../i18n/i18n.ts'
import { commands } from './commands.ts'
import { chordAria, chordsOf, chordText, isSingleKey, whyNot, type KeyPress } from './keyChords.ts'

const press = (key: string, code: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
})

describe('chords', () => {
  beforeAll(() => speak('en'))

  test('letters do not mind Caps Lock, and Ctrl is as good as Command', () => {
    expect(chordsOf(press('b', 'KeyB'))).toEqual(['B'])
    expect(chordsOf(press('B', 'KeyB'))).toEqual(['B'])
    expect(chordsOf(press('z', 'KeyZ', { ctrlKey: true }))).toEqual(['Mod+Z'])
    expect(chordsOf(press('Z', 'KeyZ', { metaKey: true, shiftKey: true }))).toEqual(['Mod+Shift+Z'])
  })

  test('a letter is the one the layout gives; in another script, the one at its place', () => {
    expect(chordsOf(press('z', 'KeyY', { ctrlKey: true }))).toEqual(['Mod+Z'])
    expect(chordsOf(press('и', 'KeyB'))).toContain('B')
  })

  test('signs are known wherever they lie', () => {
    expect(chordsOf(press('?', 'Slash', { shiftKey: true }))).toContain('?')
    expect(chordsOf(press('?', 'Minus', { shiftKey: true }))).toContain('?')
    expect(chordsOf(press('[', 'BracketLeft'))).toEqual(['['])
    expect(chordsOf(press('+', 'Equal', { ctrlKey: true, shiftKey: true }))).toContain('Mod++')
  })

  test('Shift and a digit are that, whatever sign they make', () => {
    expect(chordsOf(press('!', 'Digit1', { shiftKey: true }))).toContain('Shift+1')
    expect(chordsOf(press('1', 'Digit1'))).toEqual(['1'])
  })

  test('a modifier alone is none, but for Alt; Space has its name', () => {
    expect(chordsOf(press('Shift', 'ShiftLeft', { shiftKey: true }))).toEqual([])
    expect(chordsOf(press('Alt', 'AltLeft', { altKey: true }))).toEqual(['Alt'])
    expect(chordsOf(press(' ', 'Space', { shiftKey: true }))).toEqual(['Shift+Space'])
  })

  test('chords read well on both kinds of keyboards', () => {
    expect(chordText('Mod+Shift+Z', false)).toBe('Ctrl Shift Z')
    expect(chordText('Mod+Shift+Z', true)).toBe('⌘ ⇧ Z')
    expect(chordText('Mod++', false)).toBe('Ctrl +')
    expect(chordAria('Mod++', false)).toBe('Control+Plus')
  })

  test('keys are called as on the caps of the language’s keyboard', async () => {
    await speak('de')
    expect(chordText('Mod+Shift+Z', false)).toBe('Strg Umschalt Z')
    expect(chordText('Space', true)).toBe('Leertaste')
    await speak('en')
    expect(chordText('Space', true)).toBe('Space')
  })

  test('single characters can be told from the rest', () => {
    expect(['B', '?', '[', 'Shift+1'].map(isSingleKey)).toEqual([true, true, true, true])
    expect(['Mod+Z', 'Alt', 'Space', 'F2'].map(isSingleKey)).toEqual([false, false, false, false])
  })

  test('keys the page or the browser needs are refused with a reason', () => {
    expect(whyNot('Tab')).toBe('page')
    expect(whyNot('Mod+W')).toBe('browser')
    expect(whyNot('Q')).toBeNull()
  })

  test('no two commands have the same keys to begin with', () => {
    const chords = commands.flatMap(({ keys }) => keys)
    expect(new Set(chords).size).toBe(chords.length)
    for (const chord of chords) expect(whyNot(chord)).toBeNull()
  })
})

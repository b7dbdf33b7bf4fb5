/**
 * Keys pressed together, as text: `Mod+Shift+Z`, `Alt`, `[`, `Shift+1`. `Mod` is Ctrl, and on a Mac Command as well; letters are as on
 * their caps, whatever Shift and Caps Lock make of them. Signs are what the layout gives and have no Shift of their own, for where
 * they lie differs: `?` is `?` on any keyboard.
 */
import { t, type Messages } from '../i18n/i18n.ts'

export type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const modifiers = ['Control', 'Meta', 'Shift', 'Alt', 'AltGraph', 'CapsLock'] as const
const isModifier = (key: string) => modifiers.some((each) => each === key)

/** Every way to write what was pressed, the first as it should be kept; none for a modifier alone, but for Alt. */
export function chordsOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string[] {
  if (key === 'Alt') return ['Alt']
  if (isModifier(key) || key === 'Dead' || key === 'Unidentified') return []
  const front = `${ctrlKey || metaKey ? 'Mod+' : ''}${altKey ? 'Alt+' : ''}`
  const shifted = `${front}${shiftKey ? 'Shift+' : ''}`
  const chords: string[] = []
  if (key === ' ') chords.push(`${shifted}Space`)
  else if (/^[a-z]$/i.test(key)) chords.push(`${shifted}${key.toUpperCase()}`)
  else if (key.length > 1) chords.push(`${shifted}${key}`)
  const digit = /^Digit(\d)$/.exec(code)?.[1]
  if (digit && shiftKey && key.length === 1) chords.push(`${shifted}${digit}`)
  if (key.length === 1 && key !== ' ' && !/^[a-z]$/i.test(key)) chords.push(`${front}${key.toUpperCase()}`)
  // Letters of another script, or what Option makes of them on a Mac: the key that has the Latin letter's place.
  const letter = /^Key([A-Z])$/.exec(code)?.[1]
  if (letter && !/^[a-z]$/i.test(key)) chords.push(`${shifted}${letter}`)
  return chords
}

/** Whether a chord is a single character: those can be switched off, for speech input types them (WCAG 2.1.4). */
export const isSingleKey = (chord: string) => /^(Shift\+)?.$/u.test(chord)

/** Splits at the pluses between keys, not at a plus that is one. */
const partsOf = (chord: string) => chord.split(/\+(?=.)/)

const macSigns: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
type NamedKey = keyof Messages['shortcuts']['keys']
/** Keys with a word on their cap. */
const words: Readonly<Record<string, NamedKey>> = {
  Mod: 'Ctrl',
  Shift: 'Shift',
  Alt: 'Alt',
  Space: 'Space',
  Backspace: 'Backspace',
  Delete: 'Delete',
  Insert: 'Insert',
  Home: 'Home',
  End: 'End',
  PageUp: 'PageUp',
  PageDown: 'PageDown',
  Escape: 'Escape',
  Enter: 'Enter',
}

function keyText(key: string, isMac: boolean): string {
  const sign = isMac ? macSigns[key] : undefined
  const word = words[key]
  return sign ?? (word ? t(`shortcuts.keys.${word}`) : key === '-' ? '−' : key)
}

/** As people read it, with the words on the caps of their language's keyboard. */
export const chordText = (chord: string, isMac: boolean) =>
  partsOf(chord)
    .map((part) => keyText(part, isMac))
    .join(' ')

/** As `aria-keyshortcuts` has it. */
export const chordAria = (chord: string, isMac: boolean) =>
  partsOf(chord)
    .map((part) => (part === 'Mod' ? (isMac ? 'Meta' : 'Control') : part === '+' ? 'Plus' : part))
    .join('+')

/** Keys that a page needs for other things, or that a browser keeps to itself. */
const kept = ['Escape', 'Enter', 'Tab', 'Shift+Tab', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']
const browsers = ['Mod+W', 'Mod+T', 'Mod+N', 'Mod+Q', 'Mod+L', 'Mod+R', 'Mod+Shift+N', 'Mod+Shift+T', 'F5']

/** Why a chord can be no shortcut: the page needs it, or the browser; null when it can. */
export function whyNot(chord: string): 'page' | 'browser' | null {
  if (kept.includes(chord)) return 'page'
  return browsers.includes(chord) ? 'browser' : null
}

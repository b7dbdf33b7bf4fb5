/** Names and colors of guests: clean, friendly, distinct. */
import { createHash, randomInt } from 'node:crypto'
import { limits } from '../../shared/limits.ts'

const adjectives =
  'Amber Brave Bright Calm Clever Cosy Curious Dapper Eager Fluffy Gentle Happy Jolly Kind Lively Lucky Merry Mellow Nimble Patient Plucky Quick Quiet Rosy Silver Sleepy Snug Sunny Swift Tidy Warm Witty'.split(
    ' ',
  )
const animals =
  'Badger Beaver Crane Deer Dolphin Falcon Finch Fox Gecko Hare Heron Hedgehog Koala Lark Lynx Magpie Marten Mole Newt Otter Owl Panda Penguin Puffin Quail Raven Robin Seal Sparrow Squirrel Swan Wren'.split(
    ' ',
  )

/** Distinct on light and dark, legible under white text (4.5 to 1). */
const colors = [
  '#d6336c',
  '#ae3ec9',
  '#7048e8',
  '#4263eb',
  '#1a76c9',
  '#0c8093',
  '#08855f',
  '#28863a',
  '#4f810c',
  '#a3680c',
  '#c84d0a',
  '#c92a2a',
  '#a0522d',
  '#862e9c',
  '#364fc7',
  '#6b6c0a',
] as const

const pick = (from: readonly string[]) => from[randomInt(from.length)]!

export const friendlyName = () => `${pick(adjectives)} ${pick(animals)}`

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u
/** Joiners are format characters too, but emoji of several people need them. */
const joiner = /[\u200c\u200d]/

/** Text people typed as one clean line of at most `longest` graphemes: NFC, no control or bidi characters. May be empty. */
export function cleanText(text: string, longest: number): string {
  const kept = Array.from(text.normalize('NFC'), (character) =>
    unprintable.test(character) && !joiner.test(character) ? ' ' : character,
  ).join('')
  const line = kept.replace(/\s+/gu, ' ').trim()
  let cut = ''
  let count = 0
  for (const { segment } of graphemes.segment(line)) {
    // A grapheme can be endless (stacked accents): such a one ends the text.
    if (count++ === longest || segment.length > 32) break
    cut += segment
  }
  return cut.trim()
}

/** Text of several lines, each clean, with no more than one empty line between them. May be empty. */
export function cleanLines(text: string, longest: number, lines: number): string {
  const kept: string[] = []
  let left = longest
  for (const line of text.split(/\r\n?|[\n\u2028\u2029]/u)) {
    if (left <= 0 || kept.length === lines) break
    const clean = cleanText(line, left)
    if (clean === '' && (kept.at(-1) ?? '') === '') continue
    kept.push(clean)
    // The end of a line counts too.
    left -= 1 + Array.from(graphemes.segment(clean)).length
  }
  return kept.join('\n').trim()
}

/** The name somebody asked for, cleaned; a friendly one when nothing is left of it. */
export const guestName = (asked: string | undefined) =>
  (asked === undefined ? '' : cleanText(asked, limits.nameLength)) || friendlyName()

/** A color by the hash of the guest's id, the next free one when it is taken in the room. */
export function guestColor(id: string, taken: ReadonlySet<string>): string {
  const start = createHash('sha256').update(id).digest()[0]!
  for (let step = 0; step < colors.length; step++) {
    const color = colors[(start + step) % colors.length]!
    if (!taken.has(color)) return color
  }
  return colors[start % colors.length]!
}

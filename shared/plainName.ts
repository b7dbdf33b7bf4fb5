/** Names as the document takes them. */
import { limits } from './limits.ts'

/** One line of at most `limits.idLength`; one of nothing but spaces becomes a plain word. */
export const plainName = (name: string) =>
  name
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, limits.idLength)
    .replace(/[\ud800-\udbff]$/, '')
    .trim() || 'Color'

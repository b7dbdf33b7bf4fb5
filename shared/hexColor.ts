/** Colors (0xRRGGBB) as hex text. */
export const hexOf = (color: number) => `#${color.toString(16).padStart(6, '0')}`

/** Reads `#rgb`, `#rrggbb`, with or without the sign, in any case. Null when it is neither. */
export function parseHex(text: string): number | null {
  const digits = text.trim().replace(/^#/, '')
  if (/^[0-9a-f]{6}$/i.test(digits)) return parseInt(digits, 16)
  if (/^[0-9a-f]{3}$/i.test(digits)) return parseInt(digits.replace(/./g, '$&$&'), 16)
  return null
}

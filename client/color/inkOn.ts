/** Black or white: whichever reads better on a color. The contrast is at least 4.5 to 1 (WCAG AA) on every color there is. */
import { modeLrgb, modeRgb, useMode, wcagLuminance } from 'culori/fn'
import { hexOf } from '../../shared/hexColor.ts'

useMode(modeRgb)
useMode(modeLrgb)

/** The luminance on which both read equally well: sqrt(1.05 * 0.05) - 0.05. */
const EVEN = Math.sqrt(1.05 * 0.05) - 0.05

/** `color`: 0xRRGGBB, or as CSS writes it. */
export const inkOn = (color: number | string): '#000000' | '#ffffff' =>
  wcagLuminance(typeof color === 'number' ? hexOf(color) : color) > EVEN ? '#000000' : '#ffffff'

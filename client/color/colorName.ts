/**
 * A name in plain words for any color ("Dark warm brown", "Pale sky blue"), in the language that is shown: that of the nearest one of a
 * small list, by how different they look (OKLab). Nearly colorless ones are named by their lightness, so that no grey is called a color.
 */
import { converter, modeOklab, modeRgb, useMode, type Oklab } from 'culori/fn'
import type { Messages } from '../i18n/i18n.ts'
import { t } from '../i18n/i18n.ts'
import { hexOf } from '../../shared/hexColor.ts'

/** Colors that have a name: keys of the messages `color.names`. */
export type ColorWord = keyof Messages['color']['names']

const named = {
  white: '#ffffff',
  offWhite: '#f4f2ee',
  veryLightGrey: '#e2e2e2',
  lightGrey: '#c4c4c4',
  grey: '#969696',
  mediumGrey: '#787878',
  darkGrey: '#565656',
  charcoal: '#383838',
  softBlack: '#222222',
  black: '#000000',
  warmLightGrey: '#d6cfc6',
  warmGrey: '#9a9389',
  darkWarmGrey: '#5d5750',
  coolLightGrey: '#c6ccd4',
  coolGrey: '#868f9b',
  darkCoolGrey: '#4c545f',
  ivory: '#fff8e1',
  cream: '#fdeec4',
  beige: '#e9dcc0',
  sand: '#d8c39a',
  khaki: '#b5a26a',
  darkKhaki: '#7d6e3f',
  paleBlond: '#f3e0a6',
  goldenBlond: '#dcb565',
  fairSkin: '#f8d8c2',
  peachSkin: '#f2c4a4',
  tanSkin: '#d3a079',
  brownSkin: '#a06e4c',
  lightBrown: '#b08560',
  warmBrown: '#8c5a35',
  brown: '#734a30',
  reddishBrown: '#7c3a26',
  chestnut: '#5f3423',
  darkWarmBrown: '#472c1d',
  veryDarkBrown: '#2c1c14',
  greyishBrown: '#7d6b5d',
  darkGreyishBrown: '#4b4038',
  palePink: '#fbdde2',
  lightPink: '#f7b8c6',
  pink: '#f28daa',
  hotPink: '#f0549a',
  deepPink: '#d22b78',
  dustyPink: '#cc9097',
  rose: '#d8597a',
  paleCoral: '#f9c0ad',
  coral: '#f48468',
  salmon: '#ee9b84',
  brightRed: '#f0281e',
  red: '#d62828',
  vermilion: '#d9452f',
  brickRed: '#ad4434',
  crimson: '#b01a36',
  darkRed: '#7f1a1e',
  veryDarkRed: '#470f13',
  burgundy: '#6b1d33',
  paleOrange: '#fcd5ac',
  lightOrange: '#f9b673',
  orange: '#ef8523',
  brightOrange: '#ff7a00',
  burntOrange: '#c65d1e',
  darkOrange: '#9b4a16',
  paleYellow: '#fcf2b2',
  lightYellow: '#faea80',
  yellow: '#f7dc2e',
  brightYellow: '#ffee00',
  goldenYellow: '#f2b822',
  ochre: '#c9902c',
  darkOchre: '#8e6620',
  greenishYellow: '#d3d93a',
  paleLime: '#e6f2b4',
  lime: '#b5dc3c',
  brightLime: '#a4fa1e',
  yellowGreen: '#94b535',
  olive: '#7b7d2b',
  darkOlive: '#4b4d1f',
  paleGreen: '#cdeac9',
  lightGreen: '#98d68d',
  leafGreen: '#65ab4b',
  brightGreen: '#12f030',
  green: '#329b41',
  forestGreen: '#2b6d3c',
  darkGreen: '#1a4527',
  veryDarkGreen: '#10291a',
  greyGreen: '#8a9c86',
  darkGreyGreen: '#4f5e4e',
  mint: '#a5e8ce',
  seaGreen: '#3fae88',
  emerald: '#138f63',
  paleTurquoise: '#bfeeea',
  turquoise: '#45d3c6',
  teal: '#1f908e',
  darkTeal: '#12585b',
  veryDarkTeal: '#0b3134',
  cyan: '#16d9ee',
  paleSkyBlue: '#cbe5f7',
  lightSkyBlue: '#a0d0f2',
  skyBlue: '#6cb7ea',
  azure: '#2e93dc',
  greyBlue: '#8aa3b8',
  steelBlue: '#4f7ea6',
  brightBlue: '#1d62f2',
  blue: '#2a56c6',
  royalBlue: '#2c3fae',
  deepBlue: '#1c2ea0',
  pureBlue: '#1010f0',
  darkBlue: '#1b2d6b',
  navy: '#141f47',
  midnightBlue: '#0c1229',
  palePeriwinkle: '#d5dbf8',
  periwinkle: '#9aa6ee',
  indigo: '#4b3fa8',
  darkIndigo: '#2c2468',
  paleLavender: '#e6dcf6',
  lavender: '#c2aeea',
  lightViolet: '#a98ae0',
  violet: '#8a58c6',
  brightViolet: '#8a2cf0',
  purple: '#74329a',
  darkPurple: '#45205e',
  veryDarkPurple: '#26112f',
  dustyViolet: '#8f7f9f',
  paleLilac: '#f1dcf2',
  lilac: '#dda6de',
  orchid: '#c766c6',
  magenta: '#d322b6',
  brightMagenta: '#fb1ef0',
  darkMagenta: '#82186f',
  plum: '#75355e',
  darkPlum: '#4a1f3c',
  mauve: '#a57992',
} as const satisfies Partial<Record<ColorWord, string>>

useMode(modeRgb)
useMode(modeOklab)
const toOklab = converter('oklab')
const list = (Object.entries(named) as [keyof typeof named, string][]).map(([name, hex]) => ({
  name,
  at: toOklab(hex)!,
}))

/** Below this chroma a color is a grey to the eye. */
const COLORLESS = 0.012
/** How much more a difference in hue counts than one in lightness: names are about hues first. */
const HUE_WEIGHT = 1.6

const chroma = ({ a, b }: Oklab) => Math.hypot(a, b)
const greys = list.filter(({ at }) => chroma(at) < COLORLESS)
const colors = list.filter(({ at }) => chroma(at) >= COLORLESS)

/** `color`: 0xRRGGBB. */
export const colorName = (color: number): string => t(`color.names.${nearest(color)}`)

function nearest(color: number): ColorWord {
  const at = toOklab(hexOf(color))!
  let found: ColorWord = 'black'
  let least = Infinity
  for (const each of chroma(at) < COLORLESS ? greys : colors) {
    const distance =
      (at.l - each.at.l) ** 2 + HUE_WEIGHT ** 2 * ((at.a - each.at.a) ** 2 + (at.b - each.at.b) ** 2)
    if (distance < least) [found, least] = [each.name, distance]
  }
  return found
}

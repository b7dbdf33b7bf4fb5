/**
 * A name in plain words for any color ("Dark warm brown", "Pale sky blue"): that of the nearest one of a small list, by how different
 * they look (OKLab). Nearly colorless ones are named by their lightness, so that no grey is called a color.
 */
import { converter, modeOklab, modeRgb, useMode, type Oklab } from 'culori/fn'
import { hexOf } from './color.ts'

const names: Readonly<Record<string, string>> = {
  White: '#ffffff',
  'Off white': '#f4f2ee',
  'Very light grey': '#e2e2e2',
  'Light grey': '#c4c4c4',
  Grey: '#969696',
  'Medium grey': '#787878',
  'Dark grey': '#565656',
  Charcoal: '#383838',
  'Soft black': '#222222',
  Black: '#000000',
  'Warm light grey': '#d6cfc6',
  'Warm grey': '#9a9389',
  'Dark warm grey': '#5d5750',
  'Cool light grey': '#c6ccd4',
  'Cool grey': '#868f9b',
  'Dark cool grey': '#4c545f',
  Ivory: '#fff8e1',
  Cream: '#fdeec4',
  Beige: '#e9dcc0',
  Sand: '#d8c39a',
  Khaki: '#b5a26a',
  'Dark khaki': '#7d6e3f',
  'Pale blond': '#f3e0a6',
  'Golden blond': '#dcb565',
  'Fair skin': '#f8d8c2',
  'Peach skin': '#f2c4a4',
  'Tan skin': '#d3a079',
  'Brown skin': '#a06e4c',
  'Light brown': '#b08560',
  'Warm brown': '#8c5a35',
  Brown: '#734a30',
  'Reddish brown': '#7c3a26',
  Chestnut: '#5f3423',
  'Dark warm brown': '#472c1d',
  'Very dark brown': '#2c1c14',
  'Greyish brown': '#7d6b5d',
  'Dark greyish brown': '#4b4038',
  'Pale pink': '#fbdde2',
  'Light pink': '#f7b8c6',
  Pink: '#f28daa',
  'Hot pink': '#f0549a',
  'Deep pink': '#d22b78',
  'Dusty pink': '#cc9097',
  Rose: '#d8597a',
  'Pale coral': '#f9c0ad',
  Coral: '#f48468',
  Salmon: '#ee9b84',
  'Bright red': '#f0281e',
  Red: '#d62828',
  Vermilion: '#d9452f',
  'Brick red': '#ad4434',
  Crimson: '#b01a36',
  'Dark red': '#7f1a1e',
  'Very dark red': '#470f13',
  Burgundy: '#6b1d33',
  'Pale orange': '#fcd5ac',
  'Light orange': '#f9b673',
  Orange: '#ef8523',
  'Bright orange': '#ff7a00',
  'Burnt orange': '#c65d1e',
  'Dark orange': '#9b4a16',
  'Pale yellow': '#fcf2b2',
  'Light yellow': '#faea80',
  Yellow: '#f7dc2e',
  'Bright yellow': '#ffee00',
  'Golden yellow': '#f2b822',
  Ochre: '#c9902c',
  'Dark ochre': '#8e6620',
  'Greenish yellow': '#d3d93a',
  'Pale lime': '#e6f2b4',
  Lime: '#b5dc3c',
  'Bright lime': '#a4fa1e',
  'Yellow green': '#94b535',
  Olive: '#7b7d2b',
  'Dark olive': '#4b4d1f',
  'Pale green': '#cdeac9',
  'Light green': '#98d68d',
  'Leaf green': '#65ab4b',
  'Bright green': '#12f030',
  Green: '#329b41',
  'Forest green': '#2b6d3c',
  'Dark green': '#1a4527',
  'Very dark green': '#10291a',
  'Grey green': '#8a9c86',
  'Dark grey green': '#4f5e4e',
  Mint: '#a5e8ce',
  'Sea green': '#3fae88',
  Emerald: '#138f63',
  'Pale turquoise': '#bfeeea',
  Turquoise: '#45d3c6',
  Teal: '#1f908e',
  'Dark teal': '#12585b',
  'Very dark teal': '#0b3134',
  Cyan: '#16d9ee',
  'Pale sky blue': '#cbe5f7',
  'Light sky blue': '#a0d0f2',
  'Sky blue': '#6cb7ea',
  Azure: '#2e93dc',
  'Grey blue': '#8aa3b8',
  'Steel blue': '#4f7ea6',
  'Bright blue': '#1d62f2',
  Blue: '#2a56c6',
  'Royal blue': '#2c3fae',
  'Deep blue': '#1c2ea0',
  'Pure blue': '#1010f0',
  'Dark blue': '#1b2d6b',
  Navy: '#141f47',
  'Midnight blue': '#0c1229',
  'Pale periwinkle': '#d5dbf8',
  Periwinkle: '#9aa6ee',
  Indigo: '#4b3fa8',
  'Dark indigo': '#2c2468',
  'Pale lavender': '#e6dcf6',
  Lavender: '#c2aeea',
  'Light violet': '#a98ae0',
  Violet: '#8a58c6',
  'Bright violet': '#8a2cf0',
  Purple: '#74329a',
  'Dark purple': '#45205e',
  'Very dark purple': '#26112f',
  'Dusty violet': '#8f7f9f',
  'Pale lilac': '#f1dcf2',
  Lilac: '#dda6de',
  Orchid: '#c766c6',
  Magenta: '#d322b6',
  'Bright magenta': '#fb1ef0',
  'Dark magenta': '#82186f',
  Plum: '#75355e',
  'Dark plum': '#4a1f3c',
  Mauve: '#a57992',
}

useMode(modeRgb)
useMode(modeOklab)
const toOklab = converter('oklab')
const list = Object.entries(names).map(([name, hex]) => ({ name, at: toOklab(hex)! }))

/** Below this chroma a color is a grey to the eye. */
const COLORLESS = 0.012
/** How much more a difference in hue counts than one in lightness: names are about hues first. */
const HUE_WEIGHT = 1.6

const chroma = ({ a, b }: Oklab) => Math.hypot(a, b)
const greys = list.filter(({ at }) => chroma(at) < COLORLESS)
const colors = list.filter(({ at }) => chroma(at) >= COLORLESS)

/** `color`: 0xRRGGBB. */
export function colorName(color: number): string {
  const at = toOklab(hexOf(color))!
  let nearest = ''
  let least = Infinity
  for (const each of chroma(at) < COLORLESS ? greys : colors) {
    const distance =
      (at.l - each.at.l) ** 2 + HUE_WEIGHT ** 2 * ((at.a - each.at.a) ** 2 + (at.b - each.at.b) ** 2)
    if (distance < least) [nearest, least] = [each.name, distance]
  }
  return nearest
}

import type { ColorWord } from './colorName.ts'

/** The swatches every page starts with: the colors a figure in a drawing is likely to need, named as a person would. */
export const starterPalette: readonly { name: ColorWord; color: number }[] = [
  { name: 'burgundy', color: 0x8a2a3c },
  { name: 'vermilion', color: 0xd9452f },
  { name: 'orange', color: 0xee8a2a },
  { name: 'sunflower', color: 0xf6c945 },
  { name: 'leafGreen', color: 0x6aa84f },
  { name: 'forestGreen', color: 0x2f6b4f },
  { name: 'teal', color: 0x2fa3a0 },
  { name: 'skyBlue', color: 0x79bdea },
  { name: 'indigo', color: 0x35549c },
  { name: 'violet', color: 0x8a5fb4 },
  { name: 'cherryPink', color: 0xf0a3b8 },
  { name: 'fairSkin', color: 0xf8d8c2 },
  { name: 'tanSkin', color: 0xc98f68 },
  { name: 'blond', color: 0xe8cd86 },
  { name: 'chestnut', color: 0x7a4a2e },
  { name: 'white', color: 0xffffff },
  { name: 'grey', color: 0x9a9792 },
  { name: 'black', color: 0x26231f },
]

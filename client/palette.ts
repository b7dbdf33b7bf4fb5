/** The swatches every page starts with: the colors a figure in a drawing is likely to need, named as a person would. */
export const starterPalette: readonly { name: string; color: number }[] = [
  { name: 'Vermilion', color: 0xd9452f },
  { name: 'Orange', color: 0xee8a2a },
  { name: 'Sunflower', color: 0xf6c945 },
  { name: 'Leaf green', color: 0x6aa84f },
  { name: 'Forest green', color: 0x2f6b4f },
  { name: 'Teal', color: 0x2fa3a0 },
  { name: 'Sky blue', color: 0x79bdea },
  { name: 'Indigo', color: 0x35549c },
  { name: 'Violet', color: 0x8a5fb4 },
  { name: 'Cherry pink', color: 0xf0a3b8 },
  { name: 'Fair skin', color: 0xf8d8c2 },
  { name: 'Tan skin', color: 0xc98f68 },
  { name: 'Chestnut', color: 0x7a4a2e },
  { name: 'White', color: 0xffffff },
  { name: 'Grey', color: 0x9a9792 },
  { name: 'Black', color: 0x26231f },
]

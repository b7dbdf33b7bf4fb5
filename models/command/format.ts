/** What a page can be written as, and what its file is called beside the sketch. */
export const formats = {
  /** Lines on color. */
  png: { ending: 'png', beside: '.colored.png' },
  /** The color layer alone. */
  color: { ending: 'png', beside: '.colors.png' },
  /** One color a region, hard edges. */
  flats: { ending: 'png', beside: '.flats.png' },
  /** In layers: lines, hints, colors, flats. */
  psd: { ending: 'psd', beside: '.colored.psd' },
  ora: { ending: 'ora', beside: '.colored.ora' },
} as const satisfies Record<string, { ending: string; beside: `.${string}` }>

export type Format = keyof typeof formats

/** Files that the command itself writes beside sketches, and hints: no sketches. */
export const isMade = (name: string) => /\.(colored|colors|flats|hints)\.[a-z]+$/i.test(name)

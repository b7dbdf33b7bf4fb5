/** A palette as files hold it. */

/** `name` is empty where the file has none. `color`: 0xRRGGBB. */
export type PaletteColor = { name: string; color: number }

export type Palette = { title: string; colors: PaletteColor[] }

/** More colors than this no palette of a painter has: the rest of the file is not read. */
export const MOST_COLORS = 4096

/** A channel of 0..1 as a byte. */
export const byteOf = (share: number) => Math.round(255 * Math.min(1, Math.max(0, share)))

export const colorOfBytes = (red: number, green: number, blue: number) => (red << 16) | (green << 8) | blue

export const bytesOfColor = (color: number): [number, number, number] => [
  color >> 16,
  (color >> 8) & 0xff,
  color & 0xff,
]

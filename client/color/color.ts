/** Colors as the picker needs them: integers 0xRRGGBB, hex text, and hue (0..360), saturation and value (0..1). */
export type Hsv = { hue: number; saturation: number; value: number }

export function colorOfHsv({ hue, saturation, value }: Hsv): number {
  const channel = (n: number) => {
    const k = (n + hue / 60) % 6
    return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))))
  }
  return (channel(5) << 16) | (channel(3) << 8) | channel(1)
}

/** Greys have no hue and black no saturation: those are taken from `before`, so that a slider does not jump. */
export function hsvOf(color: number, before: Hsv = { hue: 0, saturation: 0, value: 0 }): Hsv {
  const red = (color >> 16) / 255
  const green = ((color >> 8) & 0xff) / 255
  const blue = (color & 0xff) / 255
  const value = Math.max(red, green, blue)
  const chroma = value - Math.min(red, green, blue)
  if (value === 0) return { hue: before.hue, saturation: before.saturation, value }
  if (chroma === 0) return { hue: before.hue, saturation: 0, value }
  const sector =
    value === red
      ? (green - blue) / chroma
      : value === green
        ? 2 + (blue - red) / chroma
        : 4 + (red - green) / chroma
  return { hue: (60 * sector + 360) % 360, saturation: chroma / value, value }
}

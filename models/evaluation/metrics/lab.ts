/** sRGB bytes to CIELAB (D65), many at once. culori knows the same science (see ciede2000.test.ts) but one color at a time. */

/** Three numbers a pixel: L 0..100, a, b. */
export type Lab = Float32Array

const linear = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
})

/** CIE 15: the cube root with its straight part near black. */
const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)

/** D65 by its chromaticity 0.3127, 0.329. */
const WHITE_X = 0.3127 / 0.329
const WHITE_Z = (1 - 0.3127 - 0.329) / 0.329

export function labOf(rgb: Uint8Array): Lab {
  const lab = new Float32Array(rgb.length)
  for (let i = 0; i < rgb.length; i += 3) {
    if (i > 0 && rgb[i] === rgb[i - 3] && rgb[i + 1] === rgb[i - 2] && rgb[i + 2] === rgb[i - 1]) {
      lab.copyWithin(i, i - 3, i)
      continue
    }
    const r = linear[rgb[i]!]!
    const g = linear[rgb[i + 1]!]!
    const b = linear[rgb[i + 2]!]!
    // IEC 61966-2-1, to the digits culori uses.
    const x = f((0.4123907992659593 * r + 0.357584339383878 * g + 0.1804807884018343 * b) / WHITE_X)
    const y = f(0.2126390058715102 * r + 0.715168678767756 * g + 0.0721923153607337 * b)
    const z = f((0.0193308187155918 * r + 0.119194779794626 * g + 0.9505321522496607 * b) / WHITE_Z)
    lab[i] = 116 * y - 16
    lab[i + 1] = 500 * (x - y)
    lab[i + 2] = 200 * (y - z)
  }
  return lab
}

/** Lab of a color 0xRRGGBB. */
export const labOfColor = (color: number): Lab =>
  labOf(Uint8Array.of(color >> 16, (color >> 8) & 255, color & 255))

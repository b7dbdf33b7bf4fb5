/** Ink as floods see it (shared/hintmap.ts, regions.ts): small gaps closed by blurring, faint ink become paper. */

/** Ink fainter than this is paper: scans are never quite white. */
const FAINT_INK = 12

/** Ink blurred by [1 4 6 4 1] / 16 in both axes (sigma 1), edges repeated, rounded down; faint ink becomes paper. */
export function blurInk(ink: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint16Array(ink.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const at = (x: number) => ink[row + Math.min(width - 1, Math.max(0, x))]!
    for (let x = 0; x < width; x++) {
      rows[row + x] = at(x - 2) + 4 * at(x - 1) + 6 * at(x) + 4 * at(x + 1) + at(x + 2)
    }
  }
  const blurred = new Uint8Array(ink.length)
  for (let y = 0; y < height; y++) {
    const at = (x: number, offset: number) => rows[Math.min(height - 1, Math.max(0, y + offset)) * width + x]!
    for (let x = 0; x < width; x++) {
      const sum = at(x, -2) + 4 * at(x, -1) + 6 * at(x, 0) + 4 * at(x, 1) + at(x, 2)
      const value = sum >> 8
      blurred[y * width + x] = value < FAINT_INK ? 0 : value
    }
  }
  return blurred
}

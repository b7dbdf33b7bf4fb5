/** A gaussian blur of one plane, edges mirrored about the outermost pixels, cut at 3.2 sigma (as OpenCV's kernel of 115 for 17.6). */

export function gaussianBlur(plane: Float32Array, side: number, sigma: number): Float32Array {
  const radius = Math.ceil(3.2 * sigma)
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  )
  const total = bell.reduce((sum, weight) => sum + weight, 0)
  const weights = Float32Array.from(bell, (weight) => weight / total)
  const period = 2 * side - 2
  const mirrored = (at: number) => {
    const place = ((at % period) + period) % period
    return place < side ? place : period - place
  }
  const blurLines = (from: Float32Array, along: number, across: number) => {
    const to = new Float32Array(from.length)
    for (let line = 0; line < side; line++) {
      for (let at = 0; at < side; at++) {
        let sum = 0
        for (let i = 0; i < weights.length; i++) {
          sum += weights[i]! * from[line * across + mirrored(at + i - radius) * along]!
        }
        to[line * across + at * along] = sum
      }
    }
    return to
  }
  return blurLines(blurLines(plane, 1, side), side, 1)
}

/**
 * Finds near-duplicates: a 12 x 12 horizontal difference hash of the brightness inside a thumbnail's content box. Two
 * pictures with at most 10 of 144 bits apart count as the same drawing.
 */
import { drawnBox } from './svgFrame.ts'

const side = 12
const nearest = 10

export function differenceHash(rgba: Uint8Array, width: number): Uint8Array {
  const box = drawnBox(rgba, width, width) ?? { x: 0, y: 0, width, height: width }
  const luma = (x: number, y: number): number => {
    const at = 4 * (y * width + x)
    const alpha = (rgba[at + 3] ?? 0) / 255
    const value = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0)
    return 255 + (value - 255) * alpha
  }
  const cell = (column: number, row: number): number => {
    const fromX = Math.floor(box.x + (column * box.width) / (side + 1))
    const toX = Math.max(fromX + 1, Math.floor(box.x + ((column + 1) * box.width) / (side + 1)))
    const fromY = Math.floor(box.y + (row * box.height) / side)
    const toY = Math.max(fromY + 1, Math.floor(box.y + ((row + 1) * box.height) / side))
    let sum = 0
    for (let y = fromY; y < toY; y++) for (let x = fromX; x < toX; x++) sum += luma(x, y)
    return sum / ((toX - fromX) * (toY - fromY))
  }
  const hash = new Uint8Array(side * side)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      hash[row * side + column] = cell(column + 1, row) > cell(column, row) + 3 ? 1 : 0
    }
  }
  return hash
}

export function isSameDrawing(a: Uint8Array, b: Uint8Array): boolean {
  let apart = 0
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && ++apart > nearest) return false
  return true
}

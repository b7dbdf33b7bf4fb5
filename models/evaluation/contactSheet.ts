/** Contact sheets: one row a picture, one column a method, for looking at. */
import type { RgbPicture } from '../../shared/picture.ts'
import { encodeWebp } from '../../files/image.ts'
import { drawsLines, whitePage, type Layers, type MethodName, type Scene } from './method.ts'
import { compared, COMPARED_SIDE, comparedRgb, underInk, type Picture } from './picture.ts'

const SIDE = 128
const GAP = 6
/** The quality is lowered until a sheet fits. */
const LARGEST_BYTES = 300_000

/** Lines with hints, truth, then the methods. */
export const sheetColumns: readonly MethodName[] = ['map', 'gmic', 'draft', 'refined']

/** A row of a sheet: cells of the compared side, white where a method did not run. */
export function sheetRow({ picture, pixels }: Scene, layers: Layers): RgbPicture[] {
  const cells = [linesWithHints(picture, pixels), comparedRgb(underInk(picture.truth, picture.ink))]
  for (const name of sheetColumns) {
    const layer = layers[name]
    cells.push(layer ? seenOf(picture, layer, drawsLines(name)) : whitePage(COMPARED_SIDE))
  }
  return cells
}

function seenOf(picture: Picture, layer: RgbPicture, isWhole: boolean): RgbPicture {
  if (isWhole) return comparedRgb(layer)
  if (layer.width === picture.side) return comparedRgb(underInk(layer, picture.ink))
  return underInk(layer, compared(picture.ink, picture.side, 1))
}

function linesWithHints({ side, ink }: Picture, pixels: Uint32Array): RgbPicture {
  const page = whitePage(side)
  pixels.forEach((pixel, at) => {
    if (pixel === 0) return
    page.rgb[3 * at] = pixel & 255
    page.rgb[3 * at + 1] = (pixel >>> 8) & 255
    page.rgb[3 * at + 2] = (pixel >>> 16) & 255
  })
  return comparedRgb(underInk(page, ink))
}

/** A WebP of all rows. Cells larger than the sheet's are brought down by area. */
export async function encodeSheet(rows: readonly (readonly RgbPicture[])[]): Promise<Uint8Array> {
  const columns = Math.max(...rows.map((row) => row.length))
  const width = columns * (SIDE + GAP) + GAP
  const height = rows.length * (SIDE + GAP) + GAP
  const sheet: RgbPicture = { width, height, rgb: new Uint8Array(3 * width * height).fill(225) }
  rows.forEach((row, y) =>
    row.forEach((cell, x) => place(sheet, cell, GAP + x * (SIDE + GAP), GAP + y * (SIDE + GAP))),
  )
  for (let quality = 82; ; quality -= 12) {
    const bytes = await encodeWebp(sheet, quality)
    if (bytes.length <= LARGEST_BYTES || quality < 20) return bytes
  }
}

/** Fits `cell` into a square of the sheet; both sides by the mean of what a pixel covers. */
function place(sheet: RgbPicture, cell: RgbPicture, left: number, top: number): void {
  const scale = Math.max(cell.width, cell.height) / SIDE
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const to = 3 * ((top + y) * sheet.width + left + x)
      const right = Math.min(cell.width, Math.max(Math.floor((x + 1) * scale), Math.floor(x * scale) + 1))
      const bottom = Math.min(cell.height, Math.max(Math.floor((y + 1) * scale), Math.floor(y * scale) + 1))
      const sums = [0, 0, 0]
      let count = 0
      for (let row = Math.floor(y * scale); row < bottom; row++) {
        for (let column = Math.floor(x * scale); column < right; column++, count++) {
          for (let c = 0; c < 3; c++) sums[c]! += cell.rgb[3 * (row * cell.width + column) + c]!
        }
      }
      for (let c = 0; c < 3; c++) sheet.rgb[to + c] = count === 0 ? 255 : Math.round(sums[c]! / count)
    }
  }
}

/**
 * Judges a picture by its 64 px thumbnail (RGBA): accepts what is large, colorful and varied enough to teach coloring, says
 * why it refuses the rest.
 */
import { drawnBox } from './svgFrame.ts'

export type Refusal = 'empty' | 'small' | 'colorless' | 'plain' | 'inky'

export const thumbnailSide = 64

export function refusalOf(thumbnail: Uint8Array): Refusal | null {
  const pixels = thumbnailSide * thumbnailSide
  const box = drawnBox(thumbnail, thumbnailSide, thumbnailSide)
  if (box === null) return 'empty'
  let content = 0
  let colorful = 0
  let dark = 0
  const counts = new Uint32Array(512)
  for (let at = 0; at < thumbnail.length; at += 4) {
    const alpha = (thumbnail[at + 3] ?? 0) / 255
    const onWhite = (part: number): number => 255 + ((thumbnail[at + part] ?? 0) - 255) * alpha
    const [r, g, b] = [onWhite(0), onWhite(1), onWhite(2)]
    const least = Math.min(r, g, b)
    const most = Math.max(r, g, b)
    if (least >= 245) continue
    content++
    if (most - least > 40) colorful++
    if (most < 70) dark++
    const color = ((r >> 5) << 6) | ((g >> 5) << 3) | (b >> 5)
    counts[color] = (counts[color] ?? 0) + 1
  }
  if (content < 0.06 * pixels || Math.max(box.width, box.height) < 0.35 * thumbnailSide) return 'small'
  if (colorful < 0.02 * pixels) return 'colorless'
  if (counts.filter((count) => count > 0.01 * pixels).length < 3) return 'plain'
  return dark > 0.35 * pixels ? 'inky' : null
}

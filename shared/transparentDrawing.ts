/**
 * A picture one can see through, as a picture on paper. Paint programs keep the ink as opacity: what is drawn lies on white, and where it is
 * white itself (lines for dark grounds) it is taken as ink, for white on white would be nothing.
 */
import type { RgbaPicture, RgbPicture } from './picture.ts'

/** At least this share is seen through, and what is there is this bright: it is ink by its opacity. */
const SEEN_THROUGH = 0.3
const BRIGHT = 200

/** `isRedrawn`: white ink became black; the picture is not what was brought any more. */
export function onPaper({ width, height, rgba }: RgbaPicture): RgbPicture & { isRedrawn: boolean } {
  let opaque = 0
  let light = 0
  let through = 0
  for (let at = 0; at < rgba.length; at += 4) {
    const alpha = rgba[at + 3]!
    opaque += alpha
    light += (alpha * (rgba[at]! + 2 * rgba[at + 1]! + rgba[at + 2]!)) / 4
    if (alpha < 128) through++
  }
  const isRedrawn = through >= SEEN_THROUGH * width * height && opaque > 0 && light / opaque >= BRIGHT
  const rgb = new Uint8Array(3 * width * height)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!
    for (let channel = 0; channel < 3; channel++) {
      const own = isRedrawn ? 0 : rgba[from + channel]!
      rgb[to + channel] = Math.round(255 + ((own - 255) * alpha) / 255)
    }
  }
  return { width, height, rgb, isRedrawn }
}

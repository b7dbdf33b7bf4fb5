/**
 * Grey dilation, erosion, closing and opening with a square of side 2 r + 1. Outside the picture counts as paper for a dilation
 * and as figure for an erosion. The maximum over a window is built by doubling: log2 passes per axis, each a plain loop.
 */
export function dilate(grey: Uint8Array, width: number, height: number, r: number): Uint8Array {
  const rows = new Uint8Array(grey.length)
  const padded = new Uint8Array(width + 2 * r)
  for (let start = 0; start < grey.length; start += width) {
    padded.fill(0)
    padded.set(grey.subarray(start, start + width), r)
    spread(padded, 1, 2 * r + 1)
    rows.set(padded.subarray(0, width), start)
  }
  const columns = new Uint8Array((height + 2 * r) * width)
  columns.set(rows, r * width)
  spread(columns, width, 2 * r + 1)
  return columns.slice(0, width * height)
}

export function erode(grey: Uint8Array, width: number, height: number, r: number): Uint8Array {
  return inverse(dilate(inverse(grey), width, height, r))
}

export function close(grey: Uint8Array, width: number, height: number, r: number): Uint8Array {
  return erode(dilate(grey, width, height, r), width, height, r)
}

export function open(grey: Uint8Array, width: number, height: number, r: number): Uint8Array {
  return dilate(erode(grey, width, height, r), width, height, r)
}

/** In place: each value becomes the largest of the `window` values from it onwards, `step` apart. */
function spread(values: Uint8Array, step: number, window: number): void {
  let covered = 1
  while (covered < window) {
    const shift = Math.min(covered, window - covered) * step
    const end = values.length - shift
    for (let i = 0; i < end; i++) {
      const other = values[i + shift]!
      if (other > values[i]!) values[i] = other
    }
    covered += shift / step
  }
}

function inverse(grey: Uint8Array): Uint8Array {
  const out = new Uint8Array(grey.length)
  for (let i = 0; i < out.length; i++) out[i] = 255 - grey[i]!
  return out
}

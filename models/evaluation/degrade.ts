/**
 * Lines as scanners, pencils and faint pens leave them, made from a clean drawing (as models/training/lines.py does, with its
 * own random numbers). The truth stays where it is. Ink: 0 paper .. 255, `side` squared.
 */
import type { Picture } from './picture.ts'
import { randomOf, type Random } from './random.ts'
import { smoothNoise } from './smoothNoise.ts'

export const lineStyles = ['pencil', 'broken', 'grey'] as const
export type LineStyle = (typeof lineStyles)[number]

export function degraded(picture: Picture, lineStyle: LineStyle): Picture {
  const random = randomOf(lineStyle, picture.source, picture.id)
  const { ink, side } = picture
  const drawn = { pencil, broken, grey }[lineStyle](ink, side, random)
  return { ...picture, lineStyle, ink: drawn }
}

/** A warped double contour with uneven pressure, grain and gaps. */
function pencil(ink: Uint8Array, side: number, random: Random): Uint8Array {
  const scale = side / 256
  const noise = (cell: number) => smoothNoise(random, side, Math.round(cell * scale))
  const first = warped(ink, side, noise(28), noise(28), 0.9 * scale)
  const second = warped(ink, side, noise(39), noise(39), 1.6 * scale)
  const pressure = noise(40)
  const gap = noise(18)
  return Uint8Array.from(ink, (_, at) => {
    const strength = Math.min(1, Math.max(0.3, 0.8 + 0.3 * pressure[at]!))
    const grain = 1 - 0.2 * Math.abs(random.normal())
    const left = gap[at]! < -1.3 ? 0.15 : 1
    return Math.min(255, Math.max(0, Math.max(first[at]!, 0.5 * second[at]!) * strength * grain * left))
  })
}

/** Small places rubbed out, 24 on a page, each 3 to 7 pixels wide at 256. */
function broken(ink: Uint8Array, side: number, random: Random): Uint8Array {
  const out = Uint8Array.from(ink)
  const drawn: number[] = []
  for (let at = 0; at < ink.length; at++) if (ink[at]! > 128) drawn.push(at)
  if (drawn.length === 0) return out
  for (let gap = 0; gap < 24; gap++) {
    const at = drawn[random.below(drawn.length)]!
    const radius = Math.round((1 + random.below(3)) * (side / 256))
    const x = at % side
    const y = Math.floor(at / side)
    for (let row = Math.max(0, y - radius); row <= Math.min(side - 1, y + radius); row++) {
      for (let column = Math.max(0, x - radius); column <= Math.min(side - 1, x + radius); column++) {
        out[row * side + column]! >>= 3
      }
    }
  }
  return out
}

/** A faint pen on paper that is not quite white. */
function grey(ink: Uint8Array, _side: number, random: Random): Uint8Array {
  const strength = random.between(0.35, 0.6)
  return Uint8Array.from(ink, (value) => Math.min(255, value * strength + Math.abs(4 * random.normal())))
}

/** The drawing with each pixel taken from `amount` x field beside it, bilinear. */
function warped(ink: Uint8Array, side: number, fieldX: Float32Array, fieldY: Float32Array, amount: number) {
  const out = new Float32Array(ink.length)
  const last = side - 1.001
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++, at++) {
      const sx = Math.min(last, Math.max(0, x + amount * fieldX[at]!))
      const sy = Math.min(last, Math.max(0, y + amount * fieldY[at]!))
      const left = Math.floor(sx)
      const top = Math.floor(sy)
      const corner = top * side + left
      const fx = sx - left
      const fy = sy - top
      const above = ink[corner]! * (1 - fx) + ink[corner + 1]! * fx
      const below = ink[corner + side]! * (1 - fx) + ink[corner + side + 1]! * fx
      out[at] = above * (1 - fy) + below * fy
    }
  }
  return out
}

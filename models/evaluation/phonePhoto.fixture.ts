/**
 * Photos of drawings as a phone takes them, made of clean line art: the sheet seen at an angle, light that falls off, the shadow of a
 * hand, warm light, paper grain, a soft lens, a noisy sensor, JPEG. Seeded: the same photo every time. The truth is the same line art at
 * the same angle and nothing else.
 */
import sharp from 'sharp'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import type { Size } from '../../shared/workSize.ts'
import { randomOf, type Random } from './random.ts'

export type PhotoOptions = {
  seed: number
  /** Long side of the photo. */
  side: number
  /** Drawn with a pencil: thin, grey, rough, here and there faint. Else with a pen. */
  isPencil?: boolean
  /** What a line leaves of red, green and blue light, 0..1: a colored pencil. */
  pigment?: readonly [number, number, number]
  /** What the desk around the sheet reflects of red, green and blue light, 0..1; without, the sheet fills the picture. */
  desk?: readonly [number, number, number]
  /** How much of the light the hand's shadow takes, 0..1. */
  shadow?: number
  /** Standard deviation of the sensor's noise, of 255. */
  noise?: number
  /** JPEG quality. */
  quality?: number
}

export type PhonePhoto = { jpeg: Buffer; picture: RgbPicture; truth: GreyPage }

/** Light of a warm lamp. */
const WARM = [1, 0.9, 0.74] as const
/** How much larger than the sheet what is seen is, filled by it and on a desk. */
const NEAR = 1.06
const AWAY = 1.35

export async function phonePhoto(art: GreyPage, options: PhotoOptions): Promise<PhonePhoto> {
  const {
    seed,
    side,
    isPencil = true,
    pigment = [0, 0, 0],
    desk,
    shadow = 0.45,
    noise = 4,
    quality = 70,
  } = options
  const random = randomOf('phone', seed)
  const scale = side / Math.max(art.width, art.height)
  const width = Math.round(art.width * scale)
  const height = Math.round(art.height * scale)
  const { truth, isDesk } = seenAtAnAngle(art, { width, height }, desk ? AWAY : NEAR, random)
  const light = lightOn(width, height, shadow, random)
  const grain = roughness(width, height, 3, random)
  const pressure = roughness(width, height, Math.round(side / 18), random)
  const tooth = roughness(width, height, 2, random)

  const reflected = new Float32Array(3 * width * height)
  for (let at = 0; at < width * height; at++) {
    let ink = 1 - truth.grey[at]! / 255
    if (isPencil) {
      const strength =
        Math.min(0.75, Math.max(0.3, 0.55 + 0.16 * pressure[at]!)) * (1 - 0.3 * Math.max(0, tooth[at]!))
      ink = ink ** 1.3 * strength
    } else ink *= 0.92
    const paper = 0.9 * (1 + 0.012 * grain[at]!)
    for (let channel = 0; channel < 3; channel++) {
      const left = 1 - ink * (1 - pigment[channel]!)
      const surface = desk && isDesk[at] ? desk[channel]! * (1 + 0.1 * tooth[at]!) : paper * left
      reflected[3 * at + channel] = surface * light[at]! * WARM[channel]!
    }
  }
  const soft = blurred(reflected, width, height)
  const rgb = Uint8Array.from(soft, (value) => {
    const shot = noise * random.normal() * (0.6 + 0.6 * Math.sqrt(value))
    return Math.min(255, Math.max(0, 255 * value ** (1 / 2.2) + shot))
  })
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
  const data = await sharp(jpeg).removeAlpha().raw().toBuffer()
  return { jpeg, picture: { width, height, rgb: new Uint8Array(data) }, truth }
}

/** The sheet by a projective map that moves each corner inwards a little; what lies beyond it is paper too. */
function seenAtAnAngle(
  art: GreyPage,
  { width, height }: Size,
  zoom: number,
  random: Random,
): { truth: GreyPage; isDesk: Uint8Array } {
  const isDesk = new Uint8Array(width * height)
  const tiltX = random.between(-0.08, 0.08)
  const tiltY = random.between(-0.08, 0.08)
  const turn = random.between(-0.04, 0.04)
  const grey = new Uint8Array(width * height)
  const step = Math.max(art.width / width, art.height / height)
  const samples = Math.max(1, Math.round(step))
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      let sum = 0
      for (let sub = 0; sub < samples * samples; sub++) {
        const px = (x + ((sub % samples) + 0.5) / samples) / width - 0.5
        const py = (y + (Math.floor(sub / samples) + 0.5) / samples) / height - 0.5
        const far = 1 + tiltX * px + tiltY * py
        const u = (zoom * (px * Math.cos(turn) - py * Math.sin(turn))) / far + 0.5
        const v = (zoom * (px * Math.sin(turn) + py * Math.cos(turn))) / far + 0.5
        if (Math.min(u, v) < 0 || Math.max(u, v) > 1) isDesk[at] = 1
        sum += sampled(art, u * art.width - 0.5, v * art.height - 0.5)
      }
      grey[at] = Math.round(sum / (samples * samples))
    }
  }
  return { truth: { width, height, grey }, isDesk }
}

function sampled({ width, height, grey }: GreyPage, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= width - 1 || y >= height - 1) return 255
  const left = Math.floor(x)
  const top = Math.floor(y)
  const at = top * width + left
  const across = x - left
  const down = y - top
  const above = grey[at]! * (1 - across) + grey[at + 1]! * across
  const below = grey[at + width]! * (1 - across) + grey[at + width + 1]! * across
  return above * (1 - down) + below * down
}

/** A lamp to one side, a lens that darkens its corners, and a hand's shadow with a soft edge. */
function lightOn(width: number, height: number, shadow: number, random: Random): Float32Array {
  const angle = random.between(0, 2 * Math.PI)
  const fall = random.between(0.15, 0.3)
  const handX = random.between(0.55, 0.8)
  const handY = random.between(0.6, 0.85)
  const side = Math.max(width, height)
  return Float32Array.from({ length: width * height }, (_, at) => {
    const x = (at % width) / side
    const y = Math.floor(at / width) / side
    const cx = x - width / side / 2
    const cy = y - height / side / 2
    const lamp = 1 - fall * (0.5 + cx * Math.cos(angle) + cy * Math.sin(angle))
    const lens = 1 - 0.5 * (cx * cx + cy * cy)
    // Four fingers wide, wavy; the edge is a hundredth of the picture soft.
    const wave = 0.04 * Math.sin(14 * x + 9 * y)
    const inside = 0.3 - Math.hypot((x - (handX * width) / side) * 0.8, y - (handY * height) / side) + wave
    const shade = 1 - shadow / (1 + Math.exp(-inside / 0.005))
    return Math.min(1, lamp * lens * shade)
  })
}

/** Random bumps `cell` pixels wide, standard deviation about 1. */
function roughness(width: number, height: number, cell: number, random: Random): Float32Array {
  const columns = Math.ceil(width / cell) + 2
  const rows = Math.ceil(height / cell) + 2
  const grid = Float32Array.from({ length: columns * rows }, () => 1.4 * random.normal())
  const field = new Float32Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    const top = Math.floor(y / cell)
    const down = y / cell - top
    for (let x = 0; x < width; x++, at++) {
      const left = Math.floor(x / cell)
      const across = x / cell - left
      const corner = top * columns + left
      const above = grid[corner]! * (1 - across) + grid[corner + 1]! * across
      const below = grid[corner + columns]! * (1 - across) + grid[corner + columns + 1]! * across
      field[at] = above * (1 - down) + below * down
    }
  }
  return field
}

/** [1 2 1] / 4 both ways: a lens that is not quite sharp. */
function blurred(values: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(values.length)
  const out = new Float32Array(values.length)
  const stride = 3 * width
  for (let at = 0; at < values.length; at++) {
    const x = Math.floor((at % stride) / 3)
    const left = values[x > 0 ? at - 3 : at]!
    const right = values[x < width - 1 ? at + 3 : at]!
    rows[at] = (left + 2 * values[at]! + right) / 4
  }
  for (let at = 0; at < values.length; at++) {
    const y = Math.floor(at / stride)
    const above = rows[y > 0 ? at - stride : at]!
    const below = rows[y < height - 1 ? at + stride : at]!
    out[at] = (above + 2 * rows[at]! + below) / 4
  }
  return out
}

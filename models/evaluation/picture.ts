/**
 * A picture to be colored again: its true color layer (without lines, on white paper) and its line drawing. The networks
 * work at `side`; everything is compared at 256, where a pixel is the mean of the 2 x 2 (or the one) it covers.
 */
import { decodeHints, decodeSketch } from '../../files/image.ts'
import type { RgbPicture } from '../../shared/picture.ts'

/** Side at which results are compared. */
export const COMPARED_SIDE = 256
/** Ink from here on (of 255) is no clean paper: colors are compared on what is lighter. */
export const PAPER_INK = 60
/** Alpha (of 255) under which the drawing ends and paper begins. */
const FIGURE_ALPHA = 64

export type Picture = {
  id: string
  /** The package it comes from, or "samples". */
  source: string
  /** What was done to its lines, if anything. */
  lineStyle: string
  /** Width and height: 512 or 256. */
  side: number
  /** True color without lines, RGB on white, `side` squared. */
  truth: RgbPicture
  /** 0 paper .. 255 solid, `side` squared. */
  ink: Uint8Array
  /** 1 where the picture has its own color, 0 on the paper around it. */
  figure: Uint8Array
}

/** Line art with ink as PNG (0 paper .. 255 line) and the layer as RGBA PNG: how the tiles of models/data lie in their packs. */
export async function pictureOf(
  name: { id: string; source: string },
  layerPng: Uint8Array,
  inkPng: Uint8Array,
): Promise<Picture> {
  const layer = await decodeHints(layerPng)
  const { grey: ink } = await decodeSketch(inkPng)
  const pixels = layer.width * layer.height
  const rgb = new Uint8Array(3 * pixels)
  const figure = new Uint8Array(pixels)
  for (let at = 0; at < pixels; at++) {
    const alpha = layer.rgba[4 * at + 3]!
    figure[at] = alpha < FIGURE_ALPHA ? 0 : 1
    for (let c = 0; c < 3; c++) {
      rgb[3 * at + c] = Math.round((layer.rgba[4 * at + c]! * alpha + 255 * (255 - alpha)) / 255)
    }
  }
  const { width, height } = layer
  return { ...name, lineStyle: 'clean', side: width, truth: { width, height, rgb }, ink, figure }
}

/** The layer as people see it: multiplied by the lines. Same size as the ink. */
export function underInk({ width, height, rgb }: RgbPicture, ink: Uint8Array): RgbPicture {
  const seen = new Uint8Array(rgb.length)
  for (let at = 0; at < ink.length; at++) {
    const light = 255 - ink[at]!
    for (let i = 3 * at; i < 3 * at + 3; i++) seen[i] = Math.round((rgb[i]! * light) / 255)
  }
  return { width, height, rgb: seen }
}

/** Bytes at `side` squared (512 or 256) brought to the compared side by the mean of the pixels covered. */
export function compared(bytes: Uint8Array, side: number, channels: number): Uint8Array {
  if (side === COMPARED_SIDE) return bytes
  if (side !== 2 * COMPARED_SIDE)
    throw new Error(`a picture of ${side} pixels cannot be compared at ${COMPARED_SIDE}`)
  const small = new Uint8Array(channels * COMPARED_SIDE * COMPARED_SIDE)
  const down = channels * side
  for (let y = 0, to = 0; y < COMPARED_SIDE; y++) {
    for (let x = 0, at = 2 * y * down; x < COMPARED_SIDE; x++, at += channels) {
      for (let channel = 0; channel < channels; channel++, at++, to++) {
        const sum = bytes[at]! + bytes[at + channels]! + bytes[at + down]! + bytes[at + down + channels]!
        small[to] = (sum + 2) >> 2
      }
    }
  }
  return small
}

export function comparedRgb({ width, rgb }: RgbPicture): RgbPicture {
  return { width: COMPARED_SIDE, height: COMPARED_SIDE, rgb: compared(rgb, width, 3) }
}

/** A made-up picture: a red box and a blue box side by side, outlined, on white paper. */
import { painted } from './metrics/pictures.fixture.ts'
import { COMPARED_SIDE, type Picture } from './picture.ts'

export const RED = 0xd03030
export const BLUE = 0x3050c0

const SIDE = COMPARED_SIDE
const TOP = 60
const BOTTOM = 196
const LEFT = 40
const MIDDLE = 128
const RIGHT = 216

/** `gap`: the middle line is missing over so many pixels. */
export function boxes(gap = 0): Picture {
  const isInside = (x: number, y: number) => x >= LEFT && x < RIGHT && y >= TOP && y < BOTTOM
  const ink = new Uint8Array(SIDE * SIDE)
  for (let at = 0; at < ink.length; at++) {
    const x = at % SIDE
    const y = Math.floor(at / SIDE)
    const isEdge = isInside(x, y) && !isInside(x + 3, y + 3)
    const isStart = isInside(x, y) && !isInside(x - 3, y - 3)
    const isMiddle = isInside(x, y) && Math.abs(x - MIDDLE) < 2 && Math.abs(y - 128) >= gap / 2
    if (isEdge || isStart || isMiddle) ink[at] = 255
  }
  const truth = painted(SIDE, (x, y) => (isInside(x, y) ? (x < MIDDLE ? RED : BLUE) : 0xffffff))
  const figure = ink.map((_, at) => (isInside(at % SIDE, Math.floor(at / SIDE)) ? 1 : 0))
  return { id: 'boxes', source: 'made up', lineStyle: 'clean', side: SIDE, truth, ink, figure }
}

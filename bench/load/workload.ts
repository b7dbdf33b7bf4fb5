/**
 * What is drawn in a load: who draws when, fixed before it begins. Every stroke has a moment at which it is due, on a clock that all
 * processes of one machine share, and carries its own number: so whoever receives it knows how late it is, a slow generator shows as
 * lateness and not as less load, and one that is missing or there twice is noticed.
 */
import { packStroke, type PackedStroke } from '../../shared/strokes.ts'

export type Workload = {
  rooms: number
  /** People a room. */
  guests: number
  /** The share of them who draw. */
  drawing: number
  seconds: number
  /** Strokes a second of each who draws. */
  rate: number
  /** Live chunks a second of each who draws, on Nurie's own channel; 0: the pen is only seen at its end. */
  live: number
}

/** Milliseconds on the clock that all processes of this machine share. */
export const now = () => Number(process.hrtime.bigint()) / 1e6

export const paintersOf = ({ guests, drawing }: Workload) => Math.max(1, Math.round(guests * drawing))
export const strokesOfEach = ({ seconds, rate }: Workload) => Math.max(1, Math.floor(seconds * rate))
/** Strokes of all painters together. */
export const strokesOf = (load: Workload) => load.rooms * paintersOf(load) * strokesOfEach(load)
/** How often a stroke is to reach somebody else. */
export const deliveriesOf = (load: Workload) => strokesOf(load) * (load.guests - 1)

/** When, in milliseconds after the beginning, a painter's nth event is due: painters begin one after the other, evenly. */
export function dueOf(painter: number, n: number, rate: number): number {
  const golden = (painter * 0.6180339887498949) % 1
  return ((golden + n) * 1000) / rate
}

/** A stroke's name: of which load of this run, which painter's (of all rooms), which of theirs. */
export const idOf = (load: number, painter: number, n: number) =>
  `#${String(load).padStart(3, '0')}.${String(painter).padStart(5, '0')}.${String(n).padStart(5, '0')}#`

const ID_BYTES = 17
const ID = /^#(\d{3})\.(\d{5})\.(\d{5})#$/
const HASH = 35

export type Named = { load: number; painter: number; n: number }

/** The strokes whose names lie in a message, in its order, without decoding it. */
export function namesIn(message: Uint8Array): Named[] {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  const names: Named[] = []
  for (let at = bytes.indexOf(HASH); at >= 0; at = bytes.indexOf(HASH, at)) {
    const match = ID.exec(bytes.toString('latin1', at, at + ID_BYTES))
    if (match) names.push({ load: Number(match[1]), painter: Number(match[2]), n: Number(match[3]) })
    at += match ? ID_BYTES : 1
  }
  return names
}

/** Points of a stroke, and how far one lies from the next: a hint of some hundred pixels. */
const POINTS = 20
const STEP = 40

/** What a painter's nth stroke is. */
export function strokeOf(id: string, by: string, n: number): PackedStroke {
  const row = 800 + ((n * 353) % 6000)
  const points = Array.from({ length: POINTS }, (_, k) => [800 + STEP * k, row + (k % 3), 255]).flat()
  return packStroke({
    id,
    by,
    tool: 'brush',
    color: (0x3060c0 + n * 40503) & 0xffffff,
    width: 8 * 24,
    points,
  })
}

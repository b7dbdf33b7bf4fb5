/** Seams: color steps between neighbours where neither the truth nor the lines have one, per thousand pairs of clean paper. */
import type { Lab } from './lab.ts'

/** Lab distance (CIE76) of a step one sees. */
const STEP = 5
/** The truth is smooth where its own step is smaller. */
const SMOOTH = 1.5
/** Ink (of 255) up to which there is no line. */
const CLEAN_INK = 8

export function seams(result: Lab, truth: Lab, ink: Uint8Array, side: number): number {
  const clean = awayFromLines(ink, side)
  let pairs = 0
  let steps = 0
  const see = (a: number, b: number) => {
    if (!clean[a] || !clean[b] || apart(truth, a, b) >= SMOOTH) return
    pairs++
    if (apart(result, a, b) > STEP) steps++
  }
  for (let at = 0; at < clean.length; at++) {
    if (at % side < side - 1) see(at, at + 1)
    if (at < clean.length - side) see(at, at + side)
  }
  return (1000 * steps) / pairs
}

/** 1 where neither the pixel nor one of its eight neighbours holds a line. */
function awayFromLines(ink: Uint8Array, side: number): Uint8Array {
  const clean = new Uint8Array(ink.length)
  for (let y = 1; y < side - 1; y++) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at++) {
      clean[at] = [-side - 1, -side, -side + 1, -1, 0, 1, side - 1, side, side + 1].every(
        (step) => ink[at + step]! <= CLEAN_INK,
      )
        ? 1
        : 0
    }
  }
  return clean
}

const apart = (lab: Lab, a: number, b: number) =>
  Math.hypot(lab[3 * a]! - lab[3 * b]!, lab[3 * a + 1]! - lab[3 * b + 1]!, lab[3 * a + 2]! - lab[3 * b + 2]!)

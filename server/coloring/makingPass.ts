/**
 * The pictures of a page's making, for a time-lapse: drafts of the networks, a moment of the making each, and at last the refined picture of
 * today. Steps are chosen as a replay would show them (shared/pace.ts): many strokes at once are one picture, a pause is no wait.
 * A picture is a piece: between two of them the colorist is free for rooms.
 */
import { encodeWebp } from '../../files/image.ts'
import type { PageColoring } from '../../models/pageColoring.ts'
import { decodeMaking } from '../../shared/making.ts'
import { Pace } from '../../shared/pace.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { readReel } from '../../shared/reel.ts'

export const MOST_FRAMES = 60

/** Yields WebP frames at the working size, the page before the first stroke first. */
export type MakingPass = AsyncGenerator<Uint8Array | void, RgbPicture, void>

/** `coloring`: of the page, with its finished regions and without strokes. */
export async function* makingPass(coloring: PageColoring, making: Uint8Array): MakingPass {
  const reel = await readReel(decodeMaking(making), () => new Promise((resolve) => setImmediate(resolve)))
  yield
  for (const step of shownSteps(reel.length, (step) => reel.at(step)!)) {
    coloring.setStrokes(reel.strokes(step))
    yield await encodeWebp(await coloring.draft())
  }
  coloring.setStrokes(reel.strokes(reel.length))
  await coloring.draft()
  yield
  return await coloring.refine()
}

/** The steps that a time-lapse shows, in order: the first and the last, and between them at most so many, evenly in a replay's time. */
export function shownSteps(length: number, at: (step: number) => number, most = MOST_FRAMES): number[] {
  if (length < most) return Array.from({ length: length + 1 }, (_, step) => step)
  const pace = new Pace(Array.from({ length }, (_, i) => at(i + 1)))
  const times = Array.from({ length: most }, (_, i) => (i / (most - 1)) * pace.length)
  return [...new Set(times.map((time) => pace.stepAt(time)))]
}

/**
 * How long a move of the pointer takes to be seen, measured inside the page: from the event's dispatch to the end of the display
 * frame in which a layer has the pen's color: the coloring far from the pen, in the corner of the cell that it moved into, or the
 * hints under the pen itself. A move to where it is already is not counted.
 */
import type { Page } from '@playwright/test'

/**
 * What is told to the page: the pen's color as [red, green, blue], how far what is seen may differ from it, and how far the corner
 * lies from the pointer on the screen.
 */
type Pen = { color: number[]; tolerance: number; corner: number }

/** `frames`: how many display frames later than the first one after the event, which shows the stroke itself. */
export type Seen = { ms: number; frames: number }

type Moves = {
  pen: Pen
  /** Dispatched and not seen yet. */
  waiting: { x: number; y: number; at: number; frame: number }[]
  seen: Seen[]
  /** Display frames so far. */
  frames: number
}
declare global {
  var moves: Moves
}

/** Watches the moves of a page's pointer while its button is down, from now on; `layer`: the canvas on which they are to be seen. */
export async function watchMoves(page: Page, layer = 'canvas[data-ready]'): Promise<void> {
  await page.evaluate((layer) => {
    const canvas = document.querySelector<HTMLCanvasElement>(layer)!
    const { left, top } = canvas.getBoundingClientRect()
    const ratio = canvas.width / canvas.clientWidth
    const { port1, port2 } = new MessageChannel()
    globalThis.moves = { pen: { color: [], tolerance: 0, corner: 0 }, waiting: [], seen: [], frames: 0 }
    // Methods: what tsx makes of named function expressions needs a helper that the page does not have.
    const eyes = {
      sees({ x, y }: { x: number; y: number }): boolean {
        const { data } = canvas.getContext('2d')!.getImageData((x - left) * ratio, (y - top) * ratio, 1, 1)
        return moves.pen.color.every((value, i) => Math.abs(value - data[i]!) <= moves.pen.tolerance)
      },
      frame() {
        requestAnimationFrame(() => eyes.frame())
        moves.frames++
        if (moves.waiting.length > 0) port2.postMessage(null)
      },
    }
    addEventListener(
      'pointermove',
      ({ buttons, clientX, clientY }) => {
        const { corner } = moves.pen
        const at = performance.now()
        const move = { x: clientX - corner, y: clientY - corner, at, frame: moves.frames + 1 }
        if (buttons === 1 && !eyes.sees(move)) moves.waiting.push(move)
      },
      { capture: true },
    )
    // A message that is sent in a display frame's callback comes when the frame is drawn.
    port1.onmessage = () => {
      const now = performance.now()
      const isSeen = moves.waiting.map((move) => eyes.sees(move))
      for (const { at, frame } of moves.waiting.filter((_, i) => isSeen[i]))
        moves.seen.push({ ms: now - at, frames: moves.frames - frame })
      moves.waiting = moves.waiting.filter((_, i) => !isSeen[i])
    }
    eyes.frame()
  }, layer)
}

export const takePen = (page: Page, pen: Pen) => page.evaluate((pen) => void (moves.pen = pen), pen)

/** Resolves when every move was seen. */
export const allSeen = (page: Page) => page.waitForFunction(() => moves.waiting.length === 0)

/** Every move that was seen. */
export const seenMoves = (page: Page): Promise<Seen[]> => page.evaluate(() => moves.seen)

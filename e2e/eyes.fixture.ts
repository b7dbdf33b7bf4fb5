/** Eyes that do not blink: what a point of the color layer shows in every display frame. Hints and lines lie on other canvases. */
import type { Page } from '@playwright/test'
import { onScreen } from './nurie.fixture.ts'

export type Eyes = {
  /** The colors seen so far, each once in a row, as [red, green, blue]; and in how many display frames. */
  seen(): Promise<{ colors: number[][]; frames: number }>
}

/** Watches a point of the page, from the next display frame on. */
export async function watch(page: Page, x: number, y: number): Promise<Eyes> {
  const at = await onScreen(page, x, y)
  const handle = await page.evaluateHandle(
    ([left, top]) =>
      new Promise<{ colors: number[][]; frames: number }>((watching) => {
        const canvas = document.querySelector<HTMLCanvasElement>('canvas[data-ready]')!
        const ratio = canvas.width / canvas.clientWidth
        const seen = { colors: [] as number[][], frames: 0 }
        const look = () => {
          requestAnimationFrame(look)
          // The context is the scene's own: looking changes nothing of it.
          const [red, green, blue] = canvas
            .getContext('2d')!
            .getImageData(Math.round(left * ratio), Math.round(top * ratio), 1, 1).data
          const color = [red!, green!, blue!]
          if (seen.colors.at(-1)?.join() !== color.join()) seen.colors.push(color)
          seen.frames++
          watching(seen)
        }
        requestAnimationFrame(look)
      }),
    [at.x, at.y] as const,
  )
  return { seen: () => handle.jsonValue() }
}

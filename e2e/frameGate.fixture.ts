/**
 * A gate before a browser's pictures: while it is shut no frame comes in, everything else does. What was kept back
 * comes in when it opens, from the last whole on. What came in is remembered by its header. To be set up before the page is opened.
 */
import { expect, type Page } from '@playwright/test'
import type { SentHeader } from '../shared/protocol.ts'

export type FrameGate = {
  shut(): void
  open(): void
  /** Headers of frames that reached the page, in order. */
  came: SentHeader[]
  /** The same of frames that are or were kept back. */
  kept: SentHeader[]
}

type Kept = { text: string; bytes?: Buffer }

/** A socket.io event with one attachment; the attachment is the next message. */
const EVENT = /^451-\["frame",/

export async function gateFrames(page: Page): Promise<FrameGate> {
  let isShut = false
  let pass = () => {}
  const gate: FrameGate = {
    came: [],
    kept: [],
    shut: () => void (isShut = true),
    open() {
      isShut = false
      pass()
    },
  }
  await page.routeWebSocket(/\/socket\.io\//, (browser) => {
    const server = browser.connectToServer()
    let frame: Kept | undefined
    /** From the last whole on: patches are laid over the frames before them. */
    let waiting: Kept[] = []
    const send = ({ text, bytes }: Kept) => {
      gate.came.push(headerOf(text))
      browser.send(text)
      browser.send(bytes!)
    }
    pass = () => {
      for (const kept of waiting.splice(0)) send(kept)
    }
    server.onMessage((message) => {
      if (frame && typeof message !== 'string') {
        const whole = { ...frame, bytes: message }
        frame = undefined
        if (!isShut) return send(whole)
        const header = headerOf(whole.text)
        gate.kept.push(header)
        waiting = header.patch ? [...waiting, whole] : [whole]
      } else if (typeof message === 'string' && EVENT.test(message)) frame = { text: message }
      else browser.send(message)
    })
  })
  return gate
}

const headerOf = (text: string) => (JSON.parse(text.slice(text.indexOf('['))) as [string, SentHeader])[1]

/** Structs of the document that the newest frame shows. */
const shown = (headers: readonly SentHeader[]) =>
  Object.values(headers.at(-1)?.covers.clock ?? {}).reduce((sum, clock) => sum + clock, 0)

/** Waits until a refined picture of at least so many strokes came in. */
export const cameRefined = ({ came }: FrameGate, strokes: number) =>
  expect
    .poll(() => shown(came.filter(({ stage }) => stage === 'refined')), { timeout: 30_000 })
    .toBeGreaterThanOrEqual(strokes)

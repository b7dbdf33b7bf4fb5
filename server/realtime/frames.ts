/**
 * One socket's latest frames: a slot a stage, sent when the socket can take it. A slow client skips frames and never queues
 * them, and always gets the newest refined frame in the end. What it gets is in the order of `isFresher`.
 */
import { isFresher, stages, type Stage } from '../../shared/protocol.ts'
import type { Frame } from '../rooms/frameShelf.ts'

export type LatestFrames = {
  offer(frame: Frame): void
  /** To be called whenever the socket may have become free. */
  pump(): void
}

/** `isFree`: whether what was sent before has left this process. */
export function latestFrames(isFree: () => boolean, send: (frame: Frame) => void): LatestFrames {
  const slots: Partial<Record<Stage, Frame>> = {}
  let sent: Frame | undefined

  /** The older of the waiting frames that still are news. */
  function next(): Frame | undefined {
    let oldest: Frame | undefined
    for (const stage of stages) {
      const frame = slots[stage]
      if (!frame) continue
      if (!isFresher(frame.header, sent?.header)) delete slots[stage]
      else if (!oldest || isFresher(oldest.header, frame.header)) oldest = frame
    }
    // A draft that waits beside its own or a later refined picture would only be painted over.
    return oldest?.header.stage === 'draft' && slots.refined ? slots.refined : oldest
  }

  const frames: LatestFrames = {
    offer(frame) {
      const waiting = slots[frame.header.stage]
      if (!waiting || isFresher(frame.header, waiting.header)) slots[frame.header.stage] = frame
      frames.pump()
    },
    pump() {
      while (isFree()) {
        const frame = next()
        if (!frame) return
        delete slots[frame.header.stage]
        sent = frame
        send(frame)
      }
    },
  }
  return frames
}

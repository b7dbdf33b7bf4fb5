/**
 * One socket's latest frames: a slot a stage, sent when the socket can take it. A slow client skips frames and never queues
 * them, and always gets the last refined frame in the end. What it gets is in the order of `isFresher`.
 *
 * A patch goes to those only who were sent the frame it is laid over; whoever missed that gets the next frame as a whole.
 */
import { isFresher, stages, type SentHeader, type Stage } from '../../shared/protocol.ts'
import type { Frame } from '../rooms/frameShelf.ts'

export type LatestFrames = {
  offer(frame: Frame): void
  /** To be called whenever the socket may have become free. */
  pump(): void
}

export type LatestFramesOptions = {
  /** Whether what was sent before has left this process. */
  isFree: () => boolean
  send: (frame: Frame) => void
  takesPatches: boolean
  /** Has the newest frame offered as a whole; resolves when that was done or cannot be. */
  askWhole: () => Promise<unknown>
}

export function latestFrames({ isFree, send, takesPatches, askWhole }: LatestFramesOptions): LatestFrames {
  const slots: Partial<Record<Stage, Frame>> = {}
  let sent: Frame | undefined
  /** The newest patch that could not be taken. */
  let missed: SentHeader | undefined
  let isAsking = false

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

  const fits = ({ after }: Frame) =>
    takesPatches &&
    after?.revision === sent?.header.revision &&
    after?.stage === sent?.header.stage &&
    !stages.some((stage) => slots[stage])

  function ask(): void {
    missed = undefined
    isAsking = true
    const asked = () => {
      isAsking = false
      frames.pump()
    }
    askWhole().then(asked, asked)
  }

  const frames: LatestFrames = {
    offer(frame) {
      const { header } = frame
      const waiting = slots[header.stage]
      if (header.patch && !fits(frame)) missed = header
      else if (!waiting || isFresher(header, waiting.header)) slots[header.stage] = frame
      if (!header.patch && missed && !isFresher(missed, header)) missed = undefined
      frames.pump()
    },
    pump() {
      while (isFree()) {
        const frame = next()
        if (frame) {
          delete slots[frame.header.stage]
          sent = frame
          send(frame)
        } else {
          if (missed && !isAsking) ask()
          return
        }
      }
    },
  }
  return frames
}

/** The newest frame of each stage. Frames of a stage may arrive late; an older one never replaces a newer. */
import { isFresher, type SentHeader, type Stage } from '../../shared/protocol.ts'

/** One encoded stage output. The bytes are shared by everybody who gets it: never written to. */
export type Frame = { header: SentHeader; bytes: Uint8Array }

export class FrameShelf {
  readonly #frames: Partial<Record<Stage, Frame>> = {}

  /** False when a frame of that stage at least as new is there. */
  put(frame: Frame): boolean {
    const { stage, revision } = frame.header
    const shelved = this.#frames[stage]
    if (shelved && shelved.header.revision >= revision) return false
    this.#frames[stage] = frame
    return true
  }

  newest(stage?: Stage): Frame | undefined {
    if (stage) return this.#frames[stage]
    const { draft, refined } = this.#frames
    return refined && draft && isFresher(draft.header, refined.header) ? draft : (refined ?? draft)
  }
}

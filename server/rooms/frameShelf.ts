/**
 * The newest frame of each stage, as a whole, and what is known of those that came as patches since. Frames of a stage may arrive late;
 * an older one never replaces a newer.
 */
import { isFresher, type SentHeader, type Stage } from '../../shared/protocol.ts'

/**
 * One encoded stage output. The bytes are shared by everybody who gets it: never written to. A patch is to be laid over what the
 * frame `after` made. `since`: when it came here; `changedAt`: when the change it was made for did, where that is known (both of
 * performance.now()).
 */
export type Frame = {
  header: SentHeader
  bytes: Uint8Array
  after?: FramePlace
  since?: number
  changedAt?: number
  /** Of what made it (tracing.ts), while nobody was sent it. */
  trace?: string
}

export type FramePlace = Pick<SentHeader, 'revision' | 'stage'>

export class FrameShelf {
  readonly #wholes: Partial<Record<Stage, Frame>> = {}
  readonly #newest: Partial<Record<Stage, SentHeader>> = {}
  #last: SentHeader | undefined

  /** The frame to pass on, or nothing when it is no news: neither newer nor the whole of a patch. */
  put(header: SentHeader, bytes: Uint8Array, changedAt?: number): Frame | undefined {
    const { stage, revision, patch } = header
    const known = this.revision(stage)
    const isNew = revision > known
    const isMissing = revision === known && !patch && this.#wholes[stage]?.header.revision !== revision
    if (!isNew && !isMissing) return undefined
    const frame: Frame = {
      header,
      bytes,
      since: performance.now(),
      ...(patch && this.#last && { after: this.#last }),
      ...(changedAt !== undefined && { changedAt }),
    }
    if (!patch) this.#wholes[stage] = frame
    if (isNew) this.#last = this.#newest[stage] = header
    return frame
  }

  /** Whether a patch over this frame can be laid over the last one. */
  isLast({ revision, stage }: FramePlace): boolean {
    return this.#last?.revision === revision && this.#last.stage === stage
  }

  /** The revision of a stage's newest frame, whole or not; 0 before the first. */
  revision(stage: Stage): number {
    return this.#newest[stage]?.revision ?? 0
  }

  /** The newest frame there is as a whole, of one stage or of both. */
  newest(stage?: Stage): Frame | undefined {
    if (stage) return this.#wholes[stage]
    const { draft, refined } = this.#wholes
    return refined && draft && isFresher(draft.header, refined.header) ? draft : (refined ?? draft)
  }

  /** The stage of the newest frame, or the one asked for, when that frame is not here as a whole. */
  lacking(stage?: Stage): Stage | undefined {
    const newest = stage ? this.#newest[stage] : this.#last
    return newest && isFresher(newest, this.newest(stage)?.header) ? newest.stage : undefined
  }
}

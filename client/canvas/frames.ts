/**
 * The newest draft and the newest refined picture, decoded. A frame that is not newer than the one it would replace is
 * dropped, also when decoding overtakes (rule F2). The bitmaps belong to this object; replaced ones are closed.
 */
import { isFresher, type Covers, type SentHeader, type Stage } from '../../shared/protocol.ts'

export type Frame = { revision: number; stage: Stage; covers: Covers; bitmap: ImageBitmap }
/** What a person wants to see: the newest of both stages, only drafts, or no color. */
export type Colors = 'refined' | 'draft' | 'lines'

type Decode = (bytes: Uint8Array<ArrayBuffer>) => Promise<ImageBitmap>

const decodeWebp: Decode = (bytes) =>
  createImageBitmap(new Blob([bytes], { type: 'image/webp' }), { colorSpaceConversion: 'none' })

export class Frames {
  readonly #newest = new Map<Stage, Frame>()
  readonly #decode: Decode
  /** Grows with each `reset`, so that a frame decoded across one is dropped. */
  #era = 0

  constructor(decode: Decode = decodeWebp) {
    this.#decode = decode
  }

  /**
   * Resolves to true when the frame was taken. A frame that cannot be decoded costs itself only. Once it is decoded it waits for
   * `ready` and is taken in the turn in which that resolves.
   */
  async take(
    header: SentHeader,
    bytes: Uint8Array<ArrayBuffer>,
    ready?: () => Promise<void> | undefined,
  ): Promise<boolean> {
    const era = this.#era
    if (header.patch || !this.#wants(header)) return false
    const bitmap = await this.#decode(bytes).catch(() => null)
    if (!bitmap) return false
    if (era === this.#era && this.#wants(header)) await ready?.()
    if (era !== this.#era || !this.#wants(header)) {
      bitmap.close()
      return false
    }
    this.#newest.get(header.stage)?.bitmap.close()
    const { revision, stage, covers } = header
    this.#newest.set(stage, { revision, stage, covers, bitmap })
    return true
  }

  /** A sharper picture of a refined frame that was taken; closed unused when another is there by now. */
  sharpen(revision: number, bitmap: ImageBitmap): boolean {
    const refined = this.#newest.get('refined')
    if (refined?.revision !== revision) {
      bitmap.close()
      return false
    }
    refined.bitmap.close()
    this.#newest.set('refined', { ...refined, bitmap })
    return true
  }

  /** The frame to show, if there is one. */
  shown(colors: Colors): Frame | undefined {
    const draft = this.#newest.get('draft')
    const refined = this.#newest.get('refined')
    switch (colors) {
      case 'lines':
        return undefined
      case 'draft':
        return draft ?? refined
      case 'refined':
        return draft && isFresher(draft, refined) ? draft : refined
    }
  }

  /** Whether a frame would be the one to show. */
  leads(header: SentHeader, colors: Colors): boolean {
    const shown = this.shown(colors)
    if (colors === 'draft' && shown?.stage !== header.stage) return !shown || header.stage === 'draft'
    return isFresher(header, shown)
  }

  /** A new `welcome`: what comes next counts as newer, whatever was shown. The pictures stay until it comes. */
  reset(): void {
    this.#era++
    for (const [stage, frame] of this.#newest) this.#newest.set(stage, { ...frame, revision: 0 })
  }

  close(): void {
    this.#era++
    for (const { bitmap } of this.#newest.values()) bitmap.close()
    this.#newest.clear()
  }

  #wants(header: SentHeader): boolean {
    const known = this.#newest.get(header.stage)
    return !known || header.revision > known.revision
  }
}

/**
 * Buffers for what lasts no longer than one run of a network, shared by all pages of an engine, which take turns: fresh memory
 * (16 MB for one input) costs more than filling it, and a buffer a page would more than double what a page holds.
 */
import type { Engine } from './engines/engine.ts'

export class Scratch {
  static readonly #ofEngines = new WeakMap<Engine, Scratch>()
  readonly #buffers = new Map<string, Float32Array>()

  static of(engine: Engine): Scratch {
    let scratch = Scratch.#ofEngines.get(engine)
    if (!scratch) Scratch.#ofEngines.set(engine, (scratch = new Scratch()))
    return scratch
  }

  /** `length` numbers that hold anything, until the buffer is next asked for by this name. */
  take(name: string, length: number): Float32Array {
    let buffer = this.#buffers.get(name)
    if (!buffer || buffer.length < length) this.#buffers.set(name, (buffer = new Float32Array(length)))
    return buffer.subarray(0, length)
  }
}

/**
 * The newest draft and the newest refined picture, decoded: each a whole with the patches that came since laid over it. Frames are
 * taken in the order they came; one that is not newer than its stage's is dropped (rule F2), and so is a patch without the frame
 * that it is laid over. The bitmaps belong to this object; those no picture needs any more are closed.
 */
import {
  isFresher,
  type Covers,
  type FrameHeader,
  type SentHeader,
  type Stage,
} from '../../shared/protocol.ts'
import type { Colors } from './looks.ts'

type Age = Pick<FrameHeader, 'revision' | 'stage'>
/** A part of a picture, in shares of the page. */
export type Layer = Age & { bitmap: ImageBitmap; x: number; y: number; width: number; height: number }
/** To be drawn one over the other. */
export type Picture = Age & { covers: Covers; layers: readonly Layer[] }

type Decode = (bytes: Uint8Array<ArrayBuffer>) => Promise<ImageBitmap>
/** One bitmap of several layers. */
type Flatten = (layers: readonly Layer[]) => ImageBitmap

/** More layers than this are made one. */
const MOST_LAYERS = 12
const WHOLE = { x: 0, y: 0, width: 1, height: 1 }

export class Frames {
  readonly #newest = new Map<Stage, Picture>()
  /** The one of them that patches are laid over. */
  #last: Picture | undefined
  readonly #decode: Decode
  readonly #flatten: Flatten
  /** Resolves when all frames that came are taken or dropped. */
  #taken: Promise<unknown> = Promise.resolve()
  /** Grows with each `reset`, so that a frame decoded across one is dropped. */
  #era = 0

  constructor(decode: Decode = decodeWebp, flatten: Flatten = flattened) {
    this.#decode = decode
    this.#flatten = flatten
  }

  /**
   * Resolves to true when the frame was taken. A frame that cannot be decoded is lost, with the patches that would be laid over it.
   * Once it is decoded it waits for `ready` and is taken in the turn in which that resolves.
   */
  take(
    header: SentHeader,
    bytes: Uint8Array<ArrayBuffer>,
    ready?: () => Promise<void> | undefined,
  ): Promise<boolean> {
    const era = this.#era
    const decoded = this.#decode(bytes).catch(() => null)
    const taken = this.#taken.then(async () => {
      const bitmap = await decoded
      const isWanted = () => era === this.#era && this.#wants(header)
      if (bitmap && isWanted()) await ready?.()
      const isTaken = bitmap !== null && isWanted()
      if (isTaken) this.#put(header, bitmap)
      else bitmap?.close()
      if (bitmap === null && era === this.#era) this.#last = undefined
      return isTaken
    })
    this.#taken = taken.catch(() => {})
    return taken
  }

  /** A sharper whole of a refined frame that was taken; closed unused where nothing is laid over that any more. */
  sharpen(revision: number, bitmap: ImageBitmap): boolean {
    const age: Age = { revision, stage: 'refined' }
    const sharp: Layer = { ...age, ...WHOLE, bitmap }
    let isUsed = false
    for (const picture of this.#all()) {
      const base = picture.layers[0]!
      if (isFresher(base, age) || isFresher(age, picture)) continue
      const later = picture.layers.filter((layer) => isFresher(layer, age))
      this.#replace(picture, { ...picture, layers: [sharp, ...later] })
      isUsed = true
    }
    if (!isUsed) bitmap.close()
    return isUsed
  }

  /** The picture to show, if there is one; for flats the one that they are made of. */
  shown(colors: Colors): Picture | undefined {
    const draft = this.#newest.get('draft')
    const refined = this.#newest.get('refined')
    switch (colors) {
      case 'lines':
        return undefined
      case 'draft':
        return draft ?? refined
      case 'refined':
        return draft && isFresher(draft, refined) ? draft : refined
      case 'flats':
        return refined ?? draft
    }
  }

  /** Whether a frame would be the one to show. */
  leads(header: SentHeader, colors: Colors): boolean {
    const shown = this.shown(colors)
    const wanted = colors === 'draft' ? 'draft' : colors === 'flats' ? 'refined' : undefined
    if (wanted && shown?.stage !== header.stage) return !shown || header.stage === wanted
    return isFresher(header, shown)
  }

  /** A new `welcome`: a whole comes next and counts as newer, whatever was shown. The pictures stay until it comes. */
  reset(): void {
    this.#era++
    this.#last = undefined
    for (const [stage, picture] of this.#newest) this.#newest.set(stage, { ...picture, revision: 0 })
  }

  close(): void {
    this.#era++
    this.#last = undefined
    this.#change(() => this.#newest.clear())
  }

  #wants(header: SentHeader): boolean {
    const known = this.#newest.get(header.stage)
    return (!header.patch || this.#last !== undefined) && (!known || header.revision > known.revision)
  }

  #put({ revision, stage, covers, width, height, patch }: SentHeader, bitmap: ImageBitmap): void {
    const age = { revision, stage }
    const place = patch
      ? { x: patch.x / width, y: patch.y / height, width: patch.width / width, height: patch.height / height }
      : WHOLE
    const layer: Layer = { ...age, ...place, bitmap }
    const below = patch ? this.#last!.layers.filter((each) => !isWithin(each, layer)) : []
    const layers = below.length < MOST_LAYERS ? [...below, layer] : this.#oneOf([...below, layer], age)
    this.#change(() => {
      this.#last = { ...age, covers, layers }
      this.#newest.set(stage, this.#last)
    })
  }

  #oneOf(layers: readonly Layer[], age: Age): Layer[] {
    const bitmap = this.#flatten(layers)
    layers.at(-1)!.bitmap.close()
    return [{ ...age, ...WHOLE, bitmap }]
  }

  #all(): Set<Picture> {
    return new Set([...this.#newest.values(), ...(this.#last ? [this.#last] : [])])
  }

  #replace(old: Picture, next: Picture): void {
    this.#change(() => {
      if (this.#last === old) this.#last = next
      for (const [stage, picture] of this.#newest) if (picture === old) this.#newest.set(stage, next)
    })
  }

  /** Closes the bitmaps that no picture needs after a change. */
  #change(change: () => void): void {
    const bitmaps = () =>
      new Set([...this.#all()].flatMap(({ layers }) => layers.map(({ bitmap }) => bitmap)))
    const before = bitmaps()
    change()
    const after = bitmaps()
    for (const bitmap of before) if (!after.has(bitmap)) bitmap.close()
  }
}

const isWithin = (inner: Layer, outer: Layer) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

const decodeWebp: Decode = (bytes) =>
  createImageBitmap(new Blob([bytes], { type: 'image/webp' }), { colorSpaceConversion: 'none' })

function flattened(layers: readonly Layer[]): ImageBitmap {
  const { width, height } = layers[0]!.bitmap
  const canvas = new OffscreenCanvas(width, height)
  drawLayers(canvas.getContext('2d')!, layers, { width, height })
  return canvas.transferToImageBitmap()
}

/** Draws layers over a page of this size. */
export function drawLayers(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  layers: readonly Layer[],
  page: { width: number; height: number },
): void {
  for (const { bitmap, x, y, width, height } of layers)
    context.drawImage(bitmap, x * page.width, y * page.height, width * page.width, height * page.height)
}

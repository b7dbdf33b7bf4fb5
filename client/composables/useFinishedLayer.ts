/**
 * The finished regions on the easel: their pictures fetched and laid over the page's own, whose each place is, which region would be
 * finished under the pointer, and what the tool does where it is pressed. Lives as long as the component that calls it.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type * as Y from 'yjs'
import type { Region } from '../../shared/fill.ts'
import { limits } from '../../shared/limits.ts'
import { decodePoints } from '../../shared/points.ts'
import { strokesOf, type PackedStroke } from '../../shared/strokes.ts'
import type { EncodedRegion } from '../canvas/finished.worker.ts'
import { FinishedLayer, type Shown } from '../canvas/finishedLayer.ts'
import type { Place } from '../canvas/finishedPainter.ts'
import type { LineArt } from '../canvas/lineArt.ts'
import { UNITS } from '../canvas/pen.ts'
import type { Point } from '../canvas/view.ts'
import type { RoomConnection } from '../connection.ts'
import { finishedPicture } from '../api/finishedRegions.ts'
import { useFinished } from '../stores/finished.ts'
import { useToolOptions } from '../stores/toolOptions.ts'
import { useView } from '../stores/view.ts'

/** After a picture could not be fetched. */
const RETRY_MS = 3_000

export type FinishedOnEasel = ReturnType<typeof useFinishedLayer>

export function useFinishedLayer(connection: RoomConnection, changed: () => void) {
  const finished = useFinished()
  const options = useToolOptions()
  const view = useView()
  const shown = shallowRef<Shown>()
  const encoded = new Map<string, EncodedRegion>()
  let layer: FinishedLayer | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  /** Pressed before it was known whose each place is. */
  let waiting: Point | undefined
  let isEnded = false

  async function fetched(id: string, left: number, top: number): Promise<EncodedRegion> {
    const known = encoded.get(id)
    if (known) return known
    const pictures = ['refined', 'flats'] as const
    const [refined, flats] = await Promise.all(pictures.map((look) => finishedPicture(connection, id, look)))
    const region = { id, left, top, refined: refined!, flats: flats! }
    encoded.set(id, region)
    return region
  }

  async function load(): Promise<void> {
    clearTimeout(retry)
    const wanted = finished.regions
    const isNewest = () => !isEnded && layer !== undefined && wanted === finished.regions
    try {
      const regions = await Promise.all(wanted.map(({ id, left, top }) => fetched(id, left, top)))
      if (!isNewest()) return
      layer!.set(regions)
      for (const id of encoded.keys()) if (!wanted.some((each) => each.id === id)) encoded.delete(id)
    } catch {
      // It may be open again by now, or the server away for a moment.
      if (isNewest()) retry = setTimeout(() => void load(), RETRY_MS)
    }
  }
  watch(
    () => finished.regions,
    () => layer && void load(),
  )

  function begin(art: LineArt): void {
    layer = new FinishedLayer(art, (now) => {
      shown.value = now
      changed()
      if (waiting) press(waiting)
    })
    void load()
  }

  /** The finished region at a place in page pixels. */
  function idAt({ x, y }: Point): string | undefined {
    if (!shown.value || x < 0 || y < 0 || x >= view.page.width || y >= view.page.height) return undefined
    const { ids, sheet } = shown.value
    const column = Math.floor((x * sheet.width) / view.page.width)
    const row = Math.floor((y * sheet.height) / view.page.height)
    return ids[sheet.labels[row * sheet.width + column]! - 1]
  }

  const placeOf = ({ x, y }: Point): Place => ({
    x: Math.round(x * UNITS),
    y: Math.round(y * UNITS),
    gap: Math.min(limits.strokeWidth, Math.round(view.share(options.gap) * UNITS)),
  })

  const isCurrent = () =>
    finished.regions.length === (shown.value?.ids.length ?? 0) &&
    finished.regions.every(({ id }) => shown.value?.ids.includes(id))

  function press(at: Point): void {
    waiting = isCurrent() ? undefined : at
    if (waiting) return
    const id = idAt(at)
    finished.chosen = id
    if (id === undefined) void finished.finish(placeOf(at))
  }

  function regionAt(at: Point): Promise<Region | undefined> {
    return layer ? layer.region(placeOf(at)) : Promise.resolve(undefined)
  }

  /** Tells this person of strokes of theirs that change nothing for now. */
  function strokesChanged({ transaction, delta }: Y.YArrayEvent<unknown>): void {
    if (!transaction.local || !shown.value) return
    for (const { points, tool } of delta.flatMap(({ insert }) => (insert ?? []) as PackedStroke[])) {
      if (tool === 'erase') continue
      const places = decodePoints(points) ?? []
      const ids = new Set<string | undefined>()
      for (let i = 0; i < places.length; i += 3)
        ids.add(idAt({ x: places[i]! / UNITS, y: places[i + 1]! / UNITS }))
      const [id] = ids
      if (ids.size === 1 && id !== undefined) finished.paintedInside(id)
    }
  }
  strokesOf(connection.doc).observe(strokesChanged)

  onScopeDispose(() => {
    isEnded = true
    clearTimeout(retry)
    strokesOf(connection.doc).unobserve(strokesChanged)
    layer?.close()
  })

  return {
    begin,
    /** To be drawn over the whole page, whatever is below. */
    picture: (look: 'refined' | 'flats') => layer?.picture(look),
    shown,
    idAt,
    regionAt,
    press,
  }
}

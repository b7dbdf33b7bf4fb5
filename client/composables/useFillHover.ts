/** What the fill tool would paint under the pointer, while it is in the hand. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import { FillHover } from '../canvas/fillHover.ts'
import { isOnPage } from '../canvas/fillStroke.ts'
import type { FillTint } from '../canvas/fillTint.ts'
import type { LineArt } from '../canvas/lineArt.ts'
import { toPage, type Point } from '../canvas/view.ts'
import { useRoom } from '../stores/room.ts'
import { useStudio } from '../stores/studio.ts'
import { useToolOptions } from '../stores/toolOptions.ts'
import { useView } from '../stores/view.ts'

export function useFillHover(pointer: Readonly<ShallowRef<Point | null>>) {
  const room = useRoom()
  const studio = useStudio()
  const options = useToolOptions()
  const view = useView()
  /** Stays while the pointer is elsewhere. */
  const tint = shallowRef<FillTint | null>(null)
  const isShown = shallowRef(false)
  let hover: FillHover | undefined

  function look(): void {
    const place = pointer.value && toPage(view.view, pointer.value)
    const isOver = studio.activeTool === 'fill' && room.paints && place !== null && isOnPage(place, view.page)
    isShown.value = isOver
    if (isOver) hover?.ask({ place, gap: view.share(options.gap), color: studio.color })
  }
  watch(() => [pointer.value, view.view, studio.activeTool, studio.color, options.gap, room.paints], look)
  onScopeDispose(() => hover?.close())

  return {
    tint,
    isShown,
    begin(art: LineArt): void {
      hover = new FillHover(art, (found) => (tint.value = found))
    },
  }
}

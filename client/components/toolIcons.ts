/** The picture of each tool, on its button and beside others' pointers. */
import { Brush, CircleDot, Eraser, Hand, PaintBucket, Pipette, ZoomIn } from '@lucide/vue'
import type { HandTool } from '../handTools.ts'

export const toolIcons: Readonly<Record<HandTool, typeof Brush>> = {
  brush: Brush,
  dot: CircleDot,
  eraser: Eraser,
  fill: PaintBucket,
  eyedropper: Pipette,
  hand: Hand,
  zoom: ZoomIn,
}

/** The picture of each tool, for its button and for the cursor of whoever holds it. */
import {
  Brush,
  CircleDot,
  Eraser,
  Hand,
  Lock,
  MessageCircle,
  PaintBucket,
  Pipette,
  Target,
  ZoomIn,
} from '@lucide/vue'
import type { HandTool } from './handTools.ts'

export const toolIcons: Readonly<Record<HandTool, typeof Brush>> = {
  brush: Brush,
  dot: CircleDot,
  eraser: Eraser,
  fill: PaintBucket,
  eyedropper: Pipette,
  hand: Hand,
  zoom: ZoomIn,
  finish: Lock,
  comment: MessageCircle,
  ping: Target,
}

/** By a name that came over the wire: it may be any. */
export const toolIcon = (tool: string | undefined) =>
  tool !== undefined && Object.hasOwn(toolIcons, tool) ? toolIcons[tool as HandTool] : undefined

/**
 * The tools a hand can take, in the order in which they are shown: the one list of them and their first keys (as on a key's cap).
 * `paints`: only for who may paint on this page.
 */
import { t } from './i18n/i18n.ts'

export const handTools = [
  { tool: 'brush', key: 'B', paints: true },
  { tool: 'dot', key: 'D', paints: true },
  { tool: 'eraser', key: 'E', paints: true },
  { tool: 'fill', key: 'F', paints: true },
  { tool: 'eyedropper', key: 'I', paints: true },
  { tool: 'hand', key: 'H', paints: false },
  { tool: 'zoom', key: 'Z', paints: false },
  { tool: 'finish', key: 'L', paints: true },
  { tool: 'comment', key: 'C', paints: false },
  { tool: 'ping', key: 'P', paints: false },
] as const satisfies readonly { tool: string; key: string; paints: boolean }[]

export type HandTool = (typeof handTools)[number]['tool']

export const handTool = (tool: HandTool) => handTools.find((each) => each.tool === tool)!

export const toolName = (tool: HandTool): string => t(`tools.names.${tool}`)

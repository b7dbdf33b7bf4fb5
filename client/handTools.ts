/**
 * The tools a hand can take, in the order in which they are shown: the one list of their names and first keys (as on a key's cap).
 * `paints`: only for who may paint on this page.
 */
export const handTools = [
  { tool: 'brush', name: 'Brush', key: 'B', paints: true },
  { tool: 'dot', name: 'Dot', key: 'D', paints: true },
  { tool: 'eraser', name: 'Eraser', key: 'E', paints: true },
  { tool: 'fill', name: 'Fill', key: 'F', paints: true },
  { tool: 'eyedropper', name: 'Eyedropper', key: 'I', paints: true },
  { tool: 'hand', name: 'Hand', key: 'H', paints: false },
  { tool: 'zoom', name: 'Zoom', key: 'Z', paints: false },
  { tool: 'finish', name: 'Mark as finished', key: 'L', paints: true },
  { tool: 'comment', name: 'Comment', key: 'C', paints: false },
  { tool: 'ping', name: 'Ping', key: 'P', paints: false },
] as const satisfies readonly { tool: string; name: string; key: string; paints: boolean }[]

export type HandTool = (typeof handTools)[number]['tool']

export const handTool = (tool: HandTool) => handTools.find((each) => each.tool === tool)!

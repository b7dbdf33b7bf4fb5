/**
 * Everything a key can do, with the keys it has until somebody chooses others: the one list behind the keyboard, the tooltips and the
 * list of shortcuts. How chords are written: keyChords.ts.
 *
 * `holds`: lasts as long as the key is down. `paints`: only for who may paint on this page.
 */
import { handTools, type HandTool } from '../handTools.ts'

export const commandGroups = ['Tools', 'Color and brush', 'Edit', 'View', 'Help'] as const

export type Command = {
  id: string
  name: string
  group: (typeof commandGroups)[number]
  keys: readonly string[]
  holds?: true
  paints?: true
}

/** Second keys of tools. */
const moreKeys: Partial<Record<HandTool, readonly string[]>> = { fill: ['G'] }

const others = [
  { id: 'pick', name: 'Pick a color while held', group: 'Tools', keys: ['Alt'], holds: true, paints: true },
  {
    id: 'swapColors',
    name: 'Swap with the color before',
    group: 'Color and brush',
    keys: ['X'],
    paints: true,
  },
  { id: 'smaller', name: 'Smaller brush', group: 'Color and brush', keys: ['['], paints: true },
  { id: 'larger', name: 'Larger brush', group: 'Color and brush', keys: [']'], paints: true },
  { id: 'undo', name: 'Undo', group: 'Edit', keys: ['Mod+Z'], paints: true },
  { id: 'redo', name: 'Redo', group: 'Edit', keys: ['Mod+Shift+Z', 'Mod+Y'], paints: true },
  { id: 'fit', name: 'Fit', group: 'View', keys: ['Mod+0', 'Shift+1'] },
  { id: 'actualSize', name: 'Actual size', group: 'View', keys: ['Mod+1'] },
  { id: 'zoomIn', name: 'Zoom in', group: 'View', keys: ['Mod++', 'Mod+='] },
  { id: 'zoomOut', name: 'Zoom out', group: 'View', keys: ['Mod+-'] },
  { id: 'peek', name: 'Lines alone while held', group: 'View', keys: ['\\'], holds: true },
  { id: 'pan', name: 'Move while held', group: 'View', keys: ['Space'], holds: true },
  { id: 'turn', name: 'Rotate while held', group: 'View', keys: ['R', 'Shift+Space'], holds: true },
  { id: 'turnLeft', name: 'Rotate left', group: 'View', keys: ['4'] },
  { id: 'turnRight', name: 'Rotate right', group: 'View', keys: ['6'] },
  { id: 'straighten', name: 'Reset rotation', group: 'View', keys: ['5'] },
  { id: 'shortcuts', name: 'Keyboard shortcuts', group: 'Help', keys: ['?'] },
] as const satisfies readonly Command[]

type ToolCommand = `tool:${HandTool}`
export type CommandId = ToolCommand | (typeof others)[number]['id']

export const toolCommand = (tool: HandTool): ToolCommand => `tool:${tool}`

export const commands: readonly (Command & { id: CommandId })[] = [
  ...handTools.map(({ tool, name, key, paints }) => ({
    id: toolCommand(tool),
    name,
    group: 'Tools' as const,
    keys: [key, ...(moreKeys[tool] ?? [])],
    ...(paints && { paints }),
  })),
  ...others,
]

/**
 * Everything a key can do, with the keys it has until somebody chooses others: the one list behind the keyboard, the tooltips and the
 * list of shortcuts. How chords are written: keyChords.ts.
 *
 * `holds`: lasts as long as the key is down. `paints`: only for who may paint on this page.
 */
import { handTools, toolName, type HandTool } from '../handTools.ts'
import { t } from '../i18n/i18n.ts'

export const commandGroups = ['tools', 'color', 'edit', 'view', 'help'] as const

export type Command = {
  id: string
  group: (typeof commandGroups)[number]
  keys: readonly string[]
  holds?: true
  paints?: true
}

/** Second keys of tools. */
const moreKeys: Partial<Record<HandTool, readonly string[]>> = { fill: ['G'] }

const others = [
  { id: 'pick', group: 'tools', keys: ['Alt'], holds: true, paints: true },
  {
    id: 'swapColors',
    group: 'color',
    keys: ['X'],
    paints: true,
  },
  { id: 'smaller', group: 'color', keys: ['['], paints: true },
  { id: 'larger', group: 'color', keys: [']'], paints: true },
  { id: 'undo', group: 'edit', keys: ['Mod+Z'], paints: true },
  { id: 'redo', group: 'edit', keys: ['Mod+Shift+Z', 'Mod+Y'], paints: true },
  { id: 'fit', group: 'view', keys: ['Mod+0', 'Shift+1'] },
  { id: 'actualSize', group: 'view', keys: ['Mod+1'] },
  { id: 'zoomIn', group: 'view', keys: ['Mod++', 'Mod+='] },
  { id: 'zoomOut', group: 'view', keys: ['Mod+-'] },
  { id: 'peek', group: 'view', keys: ['\\'], holds: true },
  { id: 'pan', group: 'view', keys: ['Space'], holds: true },
  { id: 'turn', group: 'view', keys: ['R', 'Shift+Space'], holds: true },
  { id: 'turnLeft', group: 'view', keys: ['4'] },
  { id: 'turnRight', group: 'view', keys: ['6'] },
  { id: 'straighten', group: 'view', keys: ['5'] },
  { id: 'shortcuts', group: 'help', keys: ['?'] },
] as const satisfies readonly Command[]

type ToolCommand = `tool:${HandTool}`
export type CommandId = ToolCommand | (typeof others)[number]['id']

export const toolCommand = (tool: HandTool): ToolCommand => `tool:${tool}`

export const commands: readonly (Command & { id: CommandId })[] = [
  ...handTools.map(({ tool, key, paints }) => ({
    id: toolCommand(tool),
    group: 'tools' as const,
    keys: [key, ...(moreKeys[tool] ?? [])],
    ...(paints && { paints }),
  })),
  ...others,
]

const isToolCommand = (id: CommandId): id is ToolCommand => id.startsWith('tool:')

/** What people call it. */
export const commandName = (id: CommandId): string =>
  isToolCommand(id) ? toolName(id.slice('tool:'.length) as HandTool) : t(`shortcuts.commands.${id}`)

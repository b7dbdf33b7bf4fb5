/**
 * The keys a person chose, remembered in this browser: only commands whose keys differ from the usual ones. Read distrustfully: what is
 * damaged, unknown or can be no shortcut is as it is for a newcomer, and no two commands share a chord.
 */
import { commands, type CommandId } from './commands.ts'
import { whyNot } from './keyChords.ts'

export type Shortcuts = {
  keys: Readonly<Record<CommandId, readonly string[]>>
  /** Whether single characters are shortcuts. */
  singleKeys: boolean
}

const ENTRY = 'nurie:shortcuts'
const LONGEST_CHORD = 32
const MOST_CHORDS = 4

const isChords = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length <= MOST_CHORDS &&
  value.every(
    (each) => typeof each === 'string' && each !== '' && each.length <= LONGEST_CHORD && !whyNot(each),
  )

export const usualKeys = () =>
  Object.fromEntries(commands.map(({ id, keys }) => [id, [...keys]])) as Record<CommandId, string[]>

export function readShortcuts(text: string | null): Shortcuts {
  const keys = usualKeys()
  let kept: unknown
  try {
    kept = JSON.parse(text ?? '')
  } catch {
    return { keys, singleKeys: true }
  }
  const { keys: chosen, singleKeys } = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<
    string,
    unknown
  >
  if (typeof chosen === 'object' && chosen !== null) {
    const isOwn = ({ id }: { id: CommandId }) => isChords((chosen as Record<string, unknown>)[id])
    // What was chosen goes before what is usual.
    const order = [...commands.filter(isOwn), ...commands.filter((each) => !isOwn(each))]
    const taken = new Set<string>()
    for (const { id, keys: usual } of order) {
      const wanted = isOwn({ id }) ? (chosen as Record<string, string[]>)[id]! : usual
      keys[id] = wanted.filter((chord) => !taken.has(chord))
      for (const chord of wanted) taken.add(chord)
    }
  }
  return { keys, singleKeys: singleKeys !== false }
}

export function writeShortcuts({ keys, singleKeys }: Shortcuts): string {
  const isUsual = (usual: readonly string[], now: readonly string[]) => usual.join(' ') === now.join(' ')
  const chosen = commands.filter(({ id, keys: usual }) => !isUsual(usual, keys[id]))
  return JSON.stringify({ keys: Object.fromEntries(chosen.map(({ id }) => [id, keys[id]])), singleKeys })
}

export function rememberedShortcuts(): Shortcuts {
  try {
    return readShortcuts(localStorage.getItem(ENTRY))
  } catch {
    return readShortcuts(null)
  }
}

export function rememberShortcuts(shortcuts: Shortcuts): void {
  try {
    localStorage.setItem(ENTRY, writeShortcuts(shortcuts))
  } catch {
    // Full or forbidden: a session works without it.
  }
}

/** Which keys do what for this person, and whether the list of them is open. Remembered on this device. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { commands, type Command, type CommandId } from '../keys/commands.ts'
import { chordAria, chordText, isSingleKey } from '../keys/keyChords.ts'
import { rememberedShortcuts, rememberShortcuts, usualKeys } from '../keys/keptShortcuts.ts'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

export const useShortcutKeys = defineStore('shortcuts', () => {
  const remembered = rememberedShortcuts()
  const keys = shallowRef(remembered.keys)
  const singleKeys = ref(remembered.singleKeys)
  const isListOpen = ref(false)

  const works = (chord: string) => singleKeys.value || !isSingleKey(chord)
  const textOf = (chord: string) => chordText(chord, isMac)

  /** The command's first key as people read it; empty when it has none. */
  function hintOf(id: CommandId): string {
    const chord = keys.value[id].find(works)
    return chord ? textOf(chord) : ''
  }

  /** All its keys for assistive tools. */
  const ariaOf = (id: CommandId) =>
    keys.value[id]
      .filter(works)
      .map((chord) => chordAria(chord, isMac))
      .join(' ')

  /** The command that has one of these chords, whether or not it works now. */
  const ownerOf = (chord: string) => commands.find(({ id }) => keys.value[id].includes(chord))

  function commandFor(chords: readonly string[]): (Command & { id: CommandId }) | undefined {
    for (const chord of chords) {
      const owner = works(chord) ? ownerOf(chord) : undefined
      if (owner) return owner
    }
    return undefined
  }

  function keep(next: Record<CommandId, readonly string[]>): void {
    keys.value = next
    rememberShortcuts({ keys: next, singleKeys: singleKeys.value })
  }

  /** Gives a command a chord in place of `former`, or besides those it has; whoever had it has it no more. */
  function assign(id: CommandId, chord: string, former?: string): void {
    const next = { ...keys.value }
    for (const command of commands)
      next[command.id] = next[command.id].filter((each) => each !== chord || command.id === id)
    const own = next[id].filter((each) => each !== chord)
    const at = former === undefined ? -1 : own.indexOf(former)
    next[id] = at < 0 ? [...own, chord] : own.with(at, chord)
    keep(next)
  }

  function remove(id: CommandId, chord: string): void {
    keep({ ...keys.value, [id]: keys.value[id].filter((each) => each !== chord) })
  }

  function useSingleKeys(use: boolean): void {
    singleKeys.value = use
    keep(keys.value)
  }

  function reset(): void {
    singleKeys.value = true
    keep(usualKeys())
  }

  return {
    keys,
    singleKeys,
    isListOpen,
    textOf,
    hintOf,
    ariaOf,
    ownerOf,
    commandFor,
    assign,
    remove,
    useSingleKeys,
    reset,
  }
})

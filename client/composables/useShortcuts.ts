/** What the keys of commands.ts do. They rest while somebody types or a dialog covers the page. */
import { onScopeDispose } from 'vue'
import type { Command, CommandId } from '../keys/commands.ts'
import { handTools, type HandTool } from '../handTools.ts'
import { chordsOf } from '../keys/keyChords.ts'
import { useLooks } from '../stores/looks.ts'
import { useRoom } from '../stores/room.ts'
import { useShortcutKeys } from '../stores/shortcuts.ts'
import { useStudio } from '../stores/studio.ts'
import { useView } from '../stores/view.ts'

const ZOOM_STEP = 1.25

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || (target.matches('input, textarea, select') && !target.matches('[type=range]')))

/** Space presses what is focused. */
const pressable = 'button, a, summary, [role=menuitem], [role=option], [role=slider], [role=tab]'
const isPressable = (target: EventTarget | null) => target instanceof HTMLElement && target.matches(pressable)

type ToolActs = Record<`tool:${HandTool}`, () => void>
type Act = { start: () => void; end: () => void }

export function useShortcuts(): void {
  const room = useRoom()
  const studio = useStudio()
  const view = useView()
  const looks = useLooks()
  const shortcuts = useShortcutKeys()
  /** The command whose key is held, and that key. */
  let held: { id: CommandId; code: string } | undefined

  const tools = Object.fromEntries(
    handTools.map(({ tool }) => [`tool:${tool}`, () => studio.take(tool, true)]),
  ) as ToolActs
  const holding = (tool: 'hand' | 'turn' | 'eyedropper'): Act => ({
    start: () => (studio.heldTool = tool),
    end: () => (studio.heldTool = null),
  })
  const acts: Record<CommandId, (() => void) | Act> = {
    ...tools,
    swapColors: studio.swapColors,
    smaller: studio.shrink,
    larger: studio.grow,
    undo: () => void room.undo(),
    redo: () => void room.redo(),
    fit: view.fit,
    actualSize: view.actualSize,
    zoomIn: () => view.zoom(ZOOM_STEP),
    zoomOut: () => view.zoom(1 / ZOOM_STEP),
    turnLeft: () => view.turnStep(-1),
    turnRight: () => view.turnStep(1),
    straighten: view.straighten,
    shortcuts: () => (shortcuts.isListOpen = true),
    peek: { start: () => (looks.isPeeking = true), end: () => (looks.isPeeking = false) },
    pan: holding('hand'),
    turn: holding('turn'),
    pick: holding('eyedropper'),
  }

  function run({ id, paints }: Command & { id: CommandId }, code: string, repeat = false): void {
    if (paints && !room.paints) return
    const act = acts[id]
    if (typeof act === 'function') return act()
    if (repeat && held?.id === id) return
    release()
    held = { id, code }
    act.start()
  }

  function release(): void {
    const act = held && acts[held.id]
    held = undefined
    if (act && typeof act !== 'function') act.end()
  }

  function down(event: KeyboardEvent): void {
    studio.isAltHeld = event.altKey
    if (isTyping(event.target) || document.querySelector('.dialog')) return
    if (event.code === 'Space' && isPressable(event.target)) return
    // The zoom tool zooms out with it.
    if (event.key === 'Alt' && studio.tool === 'zoom') return event.preventDefault()
    // Shift that comes while Space is held turns the page, and moves it again when it goes.
    const chords = event.key === 'Shift' && held?.code === 'Space' ? ['Shift+Space'] : chordsOf(event)
    const command = shortcuts.commandFor(chords)
    if (!command) return
    event.preventDefault()
    run(command, event.key === 'Shift' ? 'Space' : event.code, event.repeat)
  }

  function up(event: KeyboardEvent): void {
    studio.isAltHeld = event.altKey
    if (event.code === held?.code) release()
    else if (event.key === 'Shift' && held?.code === 'Space') {
      const command = shortcuts.commandFor(['Space'])
      if (command) run(command, 'Space')
    }
  }

  function forget(): void {
    studio.isAltHeld = false
    release()
  }

  addEventListener('keydown', down)
  addEventListener('keyup', up)
  addEventListener('blur', forget)
  onScopeDispose(() => {
    removeEventListener('keydown', down)
    removeEventListener('keyup', up)
    removeEventListener('blur', forget)
    forget()
  })
}

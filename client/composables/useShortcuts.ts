/** The painter's keys. They rest while somebody types or a dialog covers the page, and do not mind Caps Lock. */
import { onScopeDispose } from 'vue'
import { handTool, type HandTool } from '../handTools.ts'
import { useRoom } from '../stores/room.ts'
import { useStudio } from '../stores/studio.ts'
import { useView } from '../stores/view.ts'

const toolKeys: Readonly<Record<string, HandTool>> = {
  b: 'brush',
  e: 'eraser',
  f: 'fill',
  g: 'fill',
  i: 'eyedropper',
  h: 'hand',
  l: 'finish',
  c: 'comment',
  p: 'ping',
}
const heldKeys: Readonly<Record<string, HandTool>> = { ' ': 'hand', Alt: 'eyedropper' }
const ZOOM_STEP = 1.25

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || (target.matches('input, textarea, select') && !target.matches('[type=range]')))

export function useShortcuts(): void {
  const room = useRoom()
  const studio = useStudio()
  const view = useView()

  function command(key: string, shift: boolean): boolean {
    if (key === 'z') void (shift ? room.redo() : room.undo())
    else if (key === 'y') room.redo()
    else if (key === '0') view.fit()
    else if (key === '1') view.actualSize()
    else if (key === '=' || key === '+') view.zoom(ZOOM_STEP)
    else if (key === '-') view.zoom(1 / ZOOM_STEP)
    else return false
    return true
  }

  function plain(key: string): boolean {
    const tool = toolKeys[key]
    if (tool) {
      if (room.paints || !handTool(tool).paints) studio.take(tool, true)
    } else if (key === '[') studio.shrink()
    else if (key === ']') studio.grow()
    else return false
    return true
  }

  function down(event: KeyboardEvent): void {
    if (isTyping(event.target) || document.querySelector('.dialog')) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    const held = heldKeys[key]
    // Space on a focused button presses it.
    const presses = key === ' ' && event.target instanceof HTMLElement && event.target.matches('button, a')
    let done = false
    if (event.ctrlKey || event.metaKey) done = command(key, event.shiftKey)
    else if (held && !presses) {
      if (held === 'hand' || room.paints) studio.heldTool = held
      done = true
    } else if (!event.altKey) done = plain(key)
    if (done) event.preventDefault()
  }

  function up(event: KeyboardEvent): void {
    if (heldKeys[event.key]) studio.heldTool = null
  }

  const release = () => (studio.heldTool = null)
  addEventListener('keydown', down)
  addEventListener('keyup', up)
  addEventListener('blur', release)
  onScopeDispose(() => {
    removeEventListener('keydown', down)
    removeEventListener('keyup', up)
    removeEventListener('blur', release)
    release()
  })
}

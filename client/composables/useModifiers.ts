/** Which of Shift and Ctrl (on a Mac also Command) are held now, also while a pen is down and does not move. */
import { onScopeDispose } from 'vue'

export type Modifiers = { readonly shift: boolean; readonly ctrl: boolean }

export function useModifiers(changed: () => void): Modifiers {
  const held = { shift: false, ctrl: false }

  function read({ shiftKey, ctrlKey, metaKey }: KeyboardEvent): void {
    if (held.shift === shiftKey && held.ctrl === (ctrlKey || metaKey)) return
    held.shift = shiftKey
    held.ctrl = ctrlKey || metaKey
    changed()
  }
  const release = () => Object.assign(held, { shift: false, ctrl: false })

  addEventListener('keydown', read)
  addEventListener('keyup', read)
  addEventListener('blur', release)
  onScopeDispose(() => {
    removeEventListener('keydown', read)
    removeEventListener('keyup', read)
    removeEventListener('blur', release)
  })
  return held
}

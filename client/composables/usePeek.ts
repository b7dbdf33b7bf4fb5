/** Holding the backslash shows the lines alone: before and after at a glance. Not while somebody types or a dialog covers the page. */
import { onScopeDispose } from 'vue'
import { useLooks } from '../stores/looks.ts'

const CODES: ReadonlySet<string> = new Set(['Backslash', 'IntlBackslash'])

export function usePeek(): void {
  const looks = useLooks()
  function down(event: KeyboardEvent): void {
    const { target, code, ctrlKey, metaKey, altKey } = event
    const isTyping =
      target instanceof HTMLElement &&
      (target.isContentEditable ||
        (target.matches('input, textarea, select') && !target.matches('[type=range]')))
    if (!CODES.has(code) || ctrlKey || metaKey || altKey || isTyping || document.querySelector('.dialog'))
      return
    looks.isPeeking = true
    event.preventDefault()
  }
  function up(event: KeyboardEvent): void {
    if (CODES.has(event.code)) release()
  }
  const release = () => (looks.isPeeking = false)
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

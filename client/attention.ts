/**
 * Whether somebody is at this page: it can be seen, and a hand moved on it within the last minute. Told at first, then when it changes.
 * Gives back the function that stops it.
 */
export type Attention = { visible: boolean; idle: boolean }

export const IDLE_MS = 60_000
const hands = ['pointermove', 'pointerdown', 'keydown', 'wheel'] as const

export function watchAttention(
  tell: (attention: Attention) => void,
  page: Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>,
): () => void {
  let told: Attention | undefined
  let movedAt = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    clearTimeout(timer)
    const rest = movedAt + IDLE_MS - performance.now()
    const now = { visible: !page.hidden, idle: page.hidden || rest <= 0 }
    if (now.visible !== told?.visible || now.idle !== told.idle) tell((told = now))
    // While hands move nothing is set anew: it looks again when the last look's minute is over.
    if (!now.idle) timer = setTimeout(look, rest)
  }

  function move(): void {
    movedAt = performance.now()
    if (told?.idle && !page.hidden) look()
  }

  function turn(): void {
    if (!page.hidden) movedAt = performance.now()
    look()
  }

  for (const hand of hands) page.addEventListener(hand, move, { capture: true, passive: true })
  page.addEventListener('visibilitychange', turn)
  look()
  return () => {
    clearTimeout(timer)
    for (const hand of hands) page.removeEventListener(hand, move, { capture: true })
    page.removeEventListener('visibilitychange', turn)
  }
}

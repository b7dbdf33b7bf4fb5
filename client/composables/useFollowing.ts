/**
 * Moves this person's view along with the one they follow, and tells what this person sees while somebody follows them. Escape, a
 * press on the page and any move of the view by hand end the following.
 */
import { onScopeDispose, watch } from 'vue'
import { between, looksLike, sightOf, viewOf } from '../canvas/sight.ts'
import type { RoomConnection } from '../connection.ts'
import type { Sight } from '../../shared/protocol.ts'
import { useStudio } from '../stores/studio.ts'
import { useTogether } from '../stores/together.ts'
import { useView } from '../stores/view.ts'

/** At most ten sights a second. */
const SIGHT_INTERVAL_MS = 100
/** After this long two thirds of a way are gone. */
const GLIDE_MS = 90
/** A view that is held in sight never gets there. */
const LONGEST_MS = 2_000
const RIGHT = 2

export function useFollowing(connection: RoomConnection): void {
  const together = useTogether()
  const studio = useStudio()
  const view = useView()
  const window = () => ({ screen: view.screen, insets: view.insets, page: view.page })

  let sentAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  function tellSight(): void {
    if (timer || together.followers.length === 0) return
    timer = setTimeout(
      () => {
        timer = undefined
        sentAt = performance.now()
        if (together.followers.length > 0) connection.say('sight', sightOf(view.view, window()))
      },
      Math.max(0, sentAt + SIGHT_INTERVAL_MS - performance.now()),
    )
  }
  watch(() => [view.view, view.screen, view.insets, together.followers.length], tellSight)

  let sight: Sight | undefined
  let request = 0
  let begunAt = 0
  let lastAt = 0
  let isGliding = false
  /** What the view was last laid into: when that changes, the view changes without a hand. */
  let laidInto = window()

  function glide(now: number): void {
    request = 0
    if (!sight || !together.followed) return
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const share = calm ? 1 : 1 - Math.exp(-Math.max(0, now - lastAt) / GLIDE_MS)
    lastAt = now
    laidInto = window()
    const before = view.view
    const goal = viewOf(sight, laidInto)
    const isNear = looksLike(before, goal, laidInto)
    isGliding = true
    view.look(isNear ? goal : between(before, goal, share, laidInto))
    isGliding = false
    if (!isNear && now - begunAt < LONGEST_MS) request = requestAnimationFrame(glide)
  }
  function begin(): void {
    begunAt = performance.now()
    if (request) return
    lastAt = begunAt
    request = requestAnimationFrame(glide)
  }

  watch(
    () => view.view,
    () => {
      if (isGliding || !together.followed) return
      const { screen, insets, page } = laidInto
      const isLaidAnew = view.screen !== screen || view.insets !== insets || view.page !== page
      laidInto = window()
      if (isLaidAnew) begin()
      else together.stop()
    },
    { flush: 'sync' },
  )
  watch(
    () => together.followed?.id,
    () => {
      sight = undefined
      laidInto = window()
    },
    { flush: 'sync' },
  )
  const stopListening = connection.on('sight', ({ guest, ...next }) => {
    if (guest !== together.followed?.id) return
    sight = next
    begin()
  })

  function press(event: PointerEvent): void {
    const onPage = event.target instanceof Element && event.target.closest('.stage')
    if (onPage && event.button !== RIGHT && studio.activeTool !== 'ping') together.stop()
  }
  function key(event: KeyboardEvent): void {
    // What is open closes first.
    if (event.key === 'Escape' && !document.querySelector('[role=dialog], [role=alertdialog], [role=menu]'))
      together.stop()
  }
  addEventListener('pointerdown', press, { capture: true })
  addEventListener('keydown', key)
  onScopeDispose(() => {
    clearTimeout(timer)
    cancelAnimationFrame(request)
    stopListening()
    removeEventListener('pointerdown', press, { capture: true })
    removeEventListener('keydown', key)
  })
}

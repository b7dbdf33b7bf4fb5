/**
 * Whether the server can be reached: asked once, and while it cannot be again every few seconds, and at once when the device says that
 * it has a network.
 */
import { onScopeDispose, shallowRef } from 'vue'
import { asksForKey, Problem } from '../api/api.ts'

const AGAIN_MS = 5_000

/** `before`: what holds until the answer is there. */
export function useReachable(before = true) {
  const isReachable = shallowRef(before)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(): Promise<void> {
    clearTimeout(timer)
    isReachable.value = await asksForKey().then(
      () => true,
      (problem) => !(problem instanceof Problem && problem.code === 'network'),
    )
    if (!isReachable.value) timer = setTimeout(() => void look(), AGAIN_MS)
  }

  const lookNow = () => void look()
  addEventListener('online', lookNow)
  addEventListener('offline', lookNow)
  lookNow()
  onScopeDispose(() => {
    clearTimeout(timer)
    removeEventListener('online', lookNow)
    removeEventListener('offline', lookNow)
  })
  return isReachable
}

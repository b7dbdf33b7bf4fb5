/** Who has painted how much of the page, who painted most first; kept up to date. */
import { computed, onScopeDispose, shallowRef } from 'vue'
import { strokesOf } from '../../shared/strokes.ts'
import type { RoomConnection } from '../connection.ts'
import { useHistory, type KnownStroke } from '../stores/history.ts'

export function usePainters(connection: RoomConnection) {
  const history = useHistory()
  const strokes = shallowRef<readonly KnownStroke[]>([])
  const list = strokesOf(connection.doc)
  const read = () => (strokes.value = list.toArray() as KnownStroke[])
  list.observe(read)
  read()
  onScopeDispose(() => list.unobserve(read))

  const painters = computed(() => {
    const counts = new Map<string, number>()
    for (const { by } of strokes.value) counts.set(by, (counts.get(by) ?? 0) + 1)
    return [...counts]
      .map(([id, count]) => ({ guest: history.guestOf(id), count }))
      .sort((a, b) => b.count - a.count)
  })
  return { painters, strokes }
}

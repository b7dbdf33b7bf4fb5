/** A picture of the room that needs the session, as an address an image can show; given back when it is not shown any more. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import { problemText } from '../i18n/refusalText.ts'

/** `load` is called again when `key` is another one. */
export function useRoomPicture(key: () => string, load: () => Promise<Blob>) {
  const url = shallowRef('')
  const problem = shallowRef('')
  let asked = 0

  function drop(): void {
    if (url.value) URL.revokeObjectURL(url.value)
    url.value = problem.value = ''
  }

  watch(
    key,
    async () => {
      const mine = ++asked
      drop()
      try {
        const picture = await load()
        if (mine === asked) url.value = URL.createObjectURL(picture)
      } catch (failure) {
        if (mine === asked) problem.value = problemText(failure)
      }
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    asked++
    drop()
  })
  return { url, problem }
}

/**
 * The pictures this person keeps beside the page: on this device only, by room, over reloads. One is looked at; a press on it dips
 * the brush. Where the browser keeps nothing they last as long as the page, and that is said.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { newStrokeId } from '../canvas/paint.ts'
import { t } from '../i18n/i18n.ts'
import { problemText } from '../i18n/refusalText.ts'
import { checkPicture, titleOf } from '../picture.ts'
import { problemOf } from '../api/api.ts'
import { openReferenceStore, type KeptReference, type ReferenceStore } from '../referenceStore.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'

export type Reference = Pick<KeptReference, 'id' | 'name' | 'picture'> & { url: string }

export const MOST_REFERENCES = 6

export const useReference = defineStore('reference', () => {
  const room = useRoom()
  const notices = useNotices()
  const all = shallowRef<readonly Reference[]>([])
  const currentId = ref('')
  const current = computed(() => all.value.find(({ id }) => id === currentId.value) ?? all.value.at(-1))
  const isShown = ref(true)
  let store: ReferenceStore | null = null

  const shown = ({ id, name, picture }: KeptReference): Reference => ({
    id,
    name,
    picture,
    url: URL.createObjectURL(picture),
  })

  watch(
    () => room.connection?.room,
    async (id, _, onCleanup) => {
      let isLeft = false
      onCleanup(() => {
        isLeft = true
        forget()
      })
      if (id === undefined) return
      const opened = await openReferenceStore(id)
      const kept = (await opened?.all().catch(() => [])) ?? []
      if (isLeft) return opened?.close()
      store = opened
      all.value = [...kept.map(shown), ...all.value]
    },
    { immediate: true },
  )

  function forget(): void {
    for (const { url } of all.value) URL.revokeObjectURL(url)
    all.value = []
    store?.close()
    store = null
  }

  /** Takes a picture; what is none is told. */
  async function add(file: Blob & { name?: string }): Promise<void> {
    if (all.value.length >= MOST_REFERENCES) return notices.tell(t('reference.most', { n: MOST_REFERENCES }))
    try {
      await checkPicture(file)
      // A picture that cannot be opened is not kept.
      const bitmap = await createImageBitmap(file).catch(() => Promise.reject(problemOf('broken-image')))
      bitmap.close()
    } catch (problem) {
      return notices.tell(problemText(problem))
    }
    const name = titleOf(file.name ?? '') || t('reference.name')
    const kept: KeptReference = { id: newStrokeId(), name, picture: file, at: Date.now() }
    all.value = [...all.value, shown(kept)]
    currentId.value = kept.id
    isShown.value = true
    try {
      if (!store) throw new Error('nothing is kept')
      await store.put(kept)
    } catch {
      notices.tell(t('reference.notKept'))
    }
  }

  async function remove(id: string): Promise<void> {
    const gone = all.value.find((each) => each.id === id)
    if (!gone) return
    all.value = all.value.filter((each) => each !== gone)
    URL.revokeObjectURL(gone.url)
    await store?.remove(id).catch(() => undefined)
  }

  return { all, current, currentId, isShown, add, remove }
})

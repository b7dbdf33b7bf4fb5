/** Short messages for the person, shown for a while over the page. The same sentence is shown once at a time. */
import { defineStore } from 'pinia'
import { ref } from 'vue'

export type NoticeItem = { id: number; text: string }

const SHOWN_MS = 7_000

export const useNotices = defineStore('notices', () => {
  const items = ref<NoticeItem[]>([])
  let lastId = 0

  function tell(text: string): void {
    if (items.value.some((item) => item.text === text)) return
    const id = ++lastId
    items.value.push({ id, text })
    setTimeout(() => dismiss(id), SHOWN_MS)
  }

  function dismiss(id: number): void {
    items.value = items.value.filter((item) => item.id !== id)
  }

  return { items, tell, dismiss }
})

/** What a host does to the room, and whom it knows. Every call tells in a notice when it did not work. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Replaceable } from '../../shared/protocol.ts'
import type { RoomConnection } from '../connection.ts'
import { endRoom, listGuests, lockPage, removeGuest, renewLink, type PastGuest } from '../api/hosting.ts'
import { problemText } from '../i18n/refusalText.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'

export const useHosting = defineStore('hosting', () => {
  const room = useRoom()
  const notices = useNotices()
  const busy = ref(false)
  const everybody = shallowRef<readonly PastGuest[]>([])
  /** Who has been here, is not, and could come back. */
  const former = computed(() => {
    const here = new Set(room.guests.map(({ id }) => id))
    return everybody.value.filter(({ id, removed }) => !removed && !here.has(id))
  })

  /** True when it worked. */
  async function attempt(work: (connection: RoomConnection) => Promise<void>): Promise<boolean> {
    const { connection } = room
    if (!connection || busy.value) return false
    busy.value = true
    try {
      await work(connection)
      return true
    } catch (problem) {
      notices.tell(problemText(problem))
      return false
    } finally {
      busy.value = false
    }
  }

  const renew = (link: Replaceable, keepGuests: boolean) =>
    attempt(async (connection) => room.learn(await renewLink(connection, link, keepGuests)))

  return {
    busy,
    former,
    renew,
    look: () => attempt(async (connection) => void (everybody.value = await listGuests(connection))),
    lock: (locked: boolean) => attempt((connection) => lockPage(connection, locked)),
    end: () => attempt(endRoom),
    /** Puts somebody out; with `renews` the link they may still have opens nothing new. */
    async remove({ id, role }: { id: string; role: string }, renews: boolean): Promise<void> {
      const link = role === 'view' ? 'view' : 'edit'
      const isOut = await attempt(async (connection) => {
        await removeGuest(connection, id)
        everybody.value = everybody.value.filter((guest) => guest.id !== id)
      })
      if (isOut && renews) await renew(link, true)
    },
  }
})

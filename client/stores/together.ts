/**
 * Being in a room with others: whom this person follows and who follows them, a host's spotlight, who is painting at this moment, and
 * which cursors are hidden on this device.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Guest } from '../../shared/protocol.ts'
import type { RoomConnection } from '../connection.ts'
import { t } from '../i18n/i18n.ts'
import { rememberedSwitch, rememberSwitch } from '../keyring.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'

const HIDES_CURSOR = 'hide-my-cursor'
const HIDES_OTHERS = 'hide-others-cursors'
/** Somebody whose pen was heard this long ago is painting. */
const PAINTING_MS = 2_000

export const useTogether = defineStore('together', () => {
  const room = useRoom()
  const notices = useNotices()
  /** As they were when they were last here. */
  const followed = shallowRef<Guest | null>(null)
  const followerIds = shallowRef<readonly string[]>([])
  const spotlight = ref<string | null>(null)
  const painting = shallowRef<ReadonlySet<string>>(new Set())
  const hidesCursor = ref(rememberedSwitch(HIDES_CURSOR))
  const hidesOthers = ref(rememberedSwitch(HIDES_OTHERS))
  const guestOf = (id: string | null) => room.guests.find((guest) => guest.id === id)

  const followers = computed(() => followerIds.value.flatMap((id) => guestOf(id) ?? []))
  const isLeading = computed(() => spotlight.value !== null && spotlight.value === room.me?.id)
  /** The host in the spotlight, when it is somebody else. */
  const leader = computed(() => (isLeading.value ? undefined : guestOf(spotlight.value)))
  /** Follows because a host asked everybody to. */
  let isLed = false
  /** Whose spotlight this person went out of: they are asked once. */
  let declined: string | null = null

  watch(
    () => room.connection,
    (connection, _, onCleanup) => {
      followed.value = null
      followerIds.value = []
      spotlight.value = declined = null
      painting.value = new Set()
      if (connection) onCleanup(listen(connection))
    },
    { immediate: true },
  )
  watch(
    () => room.guests,
    () => (followed.value = guestOf(followed.value?.id ?? null) ?? followed.value),
  )

  function listen(connection: RoomConnection): () => void {
    const heardAt = new Map<string, number>()
    const sweep = setInterval(() => {
      for (const [guest, at] of heardAt) if (performance.now() - at > PAINTING_MS) heardAt.delete(guest)
      if (heardAt.size !== painting.value.size) painting.value = new Set(heardAt.keys())
    }, PAINTING_MS / 4)
    const stops = [
      connection.on('welcome', (welcome) => {
        // A new connection: the server knows nothing of the one before.
        followerIds.value = []
        if (isLeading.value && welcome.spotlight === null) connection.say('spotlight', { on: true })
        else light(welcome.spotlight, welcome.guests)
        if (followed.value) connection.say('follow', { guest: followed.value.id })
      }),
      connection.on('followers', ({ guests }) => (followerIds.value = guests)),
      connection.on('unfollowed', ({ guest, why }) => {
        if (followed.value?.id !== guest) return
        const { name } = followed.value
        notices.tell(why === 'left' ? t('people.left', { name }) : t('people.followsYou', { name }))
        followed.value = null
      }),
      connection.on('spotlight', ({ guest }) => light(guest)),
      connection.on('live', (live) => {
        if ('end' in live) return
        heardAt.set(live.guest, performance.now())
        if (!painting.value.has(live.guest)) painting.value = new Set(heardAt.keys())
      }),
    ]
    return () => {
      clearInterval(sweep)
      for (const stop of stops) stop()
    }
  }

  /** `present`: who is here, where the room does not know it yet. */
  function light(host: string | null, present = room.guests): void {
    const was = spotlight.value
    spotlight.value = host
    if (host === null) {
      declined = null
      if (isLed && followed.value?.id === was) stop()
    } else if (host !== room.me?.id && host !== declined) {
      follow(host, present)
      isLed = true
    }
  }

  function follow(id: string, present = room.guests): void {
    const guest = present.find((each) => each.id === id)
    if (!guest || id === room.me?.id) return
    isLed = id === spotlight.value
    if (followed.value?.id === id) return
    followed.value = guest
    room.connection?.say('follow', { guest: id })
  }

  function stop(): void {
    if (!followed.value) return
    if (followed.value.id === spotlight.value) declined = spotlight.value
    followed.value = null
    room.connection?.say('follow', { guest: null })
  }

  function hideCursor(hides: boolean): void {
    hidesCursor.value = hides
    rememberSwitch(HIDES_CURSOR, hides)
    if (hides) room.connection?.say('cursor', { gone: true })
  }

  function hideOthers(hides: boolean): void {
    hidesOthers.value = hides
    rememberSwitch(HIDES_OTHERS, hides)
  }

  return {
    followed,
    followers,
    isLeading,
    leader,
    painting,
    hidesCursor,
    hidesOthers,
    follow: (id: string) => follow(id),
    stop,
    /** Follows somebody, or no more. */
    toggle: (id: string) => (followed.value?.id === id ? stop() : follow(id)),
    /** Asks everybody to follow this host, or no more. */
    spotlight: (on: boolean) => room.connection?.say('spotlight', { on }),
    hideCursor,
    hideOthers,
  }
})

/** What people point at and throw, for as long as it is shown: this person's own at once, the others' as it comes. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import { limits } from '../../shared/limits.ts'
import type { Guest, Ping } from '../../shared/protocol.ts'
import type { Emoji } from '../../shared/reactions.ts'
import { UNITS } from '../canvas/pen.ts'
import type { Point } from '../canvas/view.ts'
import { useRoom } from './room.ts'

/** `place`: in page pixels; what has none is for everybody, wherever they look. */
export type Mark = { id: number; guest: Guest; place: Point | null; emoji: Emoji | null; isMine: boolean }

/** Long enough to go and look for one beyond the edge. */
const PING_MS = 6_000
const REACTION_MS = 2_600
/** A crowd that throws must not cover the page. */
const MOST = 40

export const usePings = defineStore('pings', () => {
  const room = useRoom()
  const marks = shallowRef<readonly Mark[]>([])
  /** What a press with the tool throws; null points. */
  const thrown = ref<Emoji | null>(null)
  let lastId = 0

  watch(
    () => room.connection,
    (connection, _, onCleanup) => {
      marks.value = []
      if (!connection) return
      onCleanup(
        connection.on('ping', (ping) => {
          const guest = room.guests.find(({ id }) => id === ping.guest)
          if (guest) show(ping, guest)
        }),
      )
    },
    { immediate: true },
  )

  function show(ping: Ping, guest: Guest, isMine = false): void {
    const id = ++lastId
    const emoji = ping.emoji ?? null
    const place = 'x' in ping ? { x: ping.x / UNITS, y: ping.y / UNITS } : null
    // Somebody points at one place at a time.
    const others = emoji
      ? marks.value
      : marks.value.filter((mark) => mark.emoji || mark.guest.id !== guest.id)
    marks.value = [...others, { id, guest, place, emoji, isMine }].slice(-MOST)
    setTimeout(() => forget(id), emoji ? REACTION_MS : PING_MS)
  }

  function forget(id: number): void {
    marks.value = marks.value.filter((mark) => mark.id !== id)
  }

  function send(ping: Ping): void {
    if (!room.me) return
    room.connection?.say('ping', ping)
    show(ping, room.me, true)
  }

  /** Points at a place of the page, in page pixels, or throws what was chosen there. */
  function point({ x, y }: Point): void {
    const at = (value: number) =>
      Math.round(Math.min(limits.coordinate, Math.max(-limits.coordinate, value * UNITS)))
    send({ x: at(x), y: at(y), ...(thrown.value && { emoji: thrown.value }) })
  }

  return { marks, thrown, point, react: (emoji: Emoji) => send({ emoji }), forget }
})

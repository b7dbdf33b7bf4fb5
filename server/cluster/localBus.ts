/** The bus within one process: what a single server has, which nobody else listens to, and what tests join several servers by. */
import { randomUUID } from 'node:crypto'
import type { Bus, RoomKind, RoomMessages } from './bus.ts'

type Heard = (message: RoomMessages[RoomKind], from: string) => void
/** By room and kind, then by listener: whose it is. */
export type LocalHub = Map<string, Map<Heard, string>>

/** Those of one `hub` hear each other, in the order in which they tell, a microtask later. */
export function openLocalBus(hub: LocalHub = new Map()): Bus {
  const node = randomUUID()
  const own = new Set<() => void>()
  let isOpen = true
  return {
    node,
    tell(room, kind, message) {
      if (!isOpen) return
      for (const [heard, whose] of hub.get(`${kind} ${room}`) ?? []) {
        if (whose !== node)
          queueMicrotask(() => hub.get(`${kind} ${room}`)?.has(heard) && heard(message, node))
      }
    },
    listen(room, kind, heard) {
      const topic = `${kind} ${room}`
      // The message of a topic is of its kind.
      const listener: Heard = (message, from) => heard(message as never, from)
      const listeners = hub.get(topic) ?? new Map<Heard, string>()
      hub.set(topic, listeners.set(listener, node))
      const stop = () => {
        own.delete(stop)
        listeners.delete(listener)
        if (listeners.size === 0) hub.delete(topic)
      }
      own.add(stop)
      return stop
    },
    isConnected: () => isOpen,
    onConnected() {},
    close() {
      isOpen = false
      for (const stop of own) stop()
      return Promise.resolve()
    },
  }
}

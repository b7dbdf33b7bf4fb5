/** The bus over Redis' publish and subscribe. */
import { randomUUID } from 'node:crypto'
import { pack, unpack } from 'msgpackr'
import type { Bus, RoomKind, RoomMessages } from './bus.ts'
import { openRedis } from './redis.ts'

type Heard = (message: RoomMessages[RoomKind], from: string) => void

export function openRedisBus(url: string): Bus {
  const node = randomUUID()
  const publisher = openRedis(url)
  const subscriber = openRedis(url, { isPatient: true })
  const topics = new Map<string, Set<Heard>>()
  const connected: (() => void)[] = []
  subscriber.on('ready', () => connected.forEach((heard) => heard()))
  subscriber.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
    const [from, message] = unpack(bytes) as [string, never]
    if (from !== node) for (const heard of topics.get(channel.toString()) ?? []) heard(message, from)
  })
  return {
    node,
    tell(room, kind, message) {
      publisher.publish(`nurie:bus:${kind}:${room}`, pack([node, message])).catch(() => {})
    },
    listen(room, kind, heard) {
      const topic = `nurie:bus:${kind}:${room}`
      const listeners = topics.get(topic) ?? new Set<Heard>()
      topics.set(topic, listeners)
      if (listeners.size === 0) subscriber.subscribe(topic).catch(() => {})
      const listener: Heard = (message, from) => heard(message as never, from)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        topics.delete(topic)
        subscriber.unsubscribe(topic).catch(() => {})
      }
    },
    isConnected: () => subscriber.status === 'ready',
    onConnected: (heard) => void connected.push(heard),
    close() {
      publisher.disconnect()
      subscriber.disconnect()
      return Promise.resolve()
    },
  }
}

/**
 * The bus over Redis' publish and subscribe: a channel a room and kind, subscribed while somebody listens. Nothing piles up while Redis
 * is away or stands still: what cannot go out soon is dropped, as the contract allows.
 */
import { randomUUID } from 'node:crypto'
import { pack, unpack } from 'msgpackr'
import type { Bus, RoomKind, RoomMessages } from './bus.ts'
import { openRedis } from './redis.ts'

type Heard = (message: RoomMessages[RoomKind], from: string) => void

/** Bytes that may wait in the socket of a Redis that does not read. */
const MOST_WAITING = 8 * 1024 * 1024

const channelOf = (room: string, kind: RoomKind) => `nurie:bus:${kind}:${room}`

export function openRedisBus(url: string): Bus {
  const node = randomUUID()
  const publisher = openRedis(url)
  const subscriber = openRedis(url, { isPatient: true })
  const channels = new Map<string, Set<Heard>>()
  const connected: (() => void)[] = []
  let isOpen = true
  subscriber.on('ready', () => connected.forEach((heard) => heard()))
  subscriber.on('messageBuffer', (channel: Buffer, bytes: Buffer) => {
    const [from, message] = unpack(bytes) as [string, RoomMessages[RoomKind]]
    if (from === node) return
    for (const heard of channels.get(channel.toString()) ?? []) heard(message, from)
  })

  const canTell = () => publisher.status === 'ready' && publisher.stream.writableLength < MOST_WAITING

  return {
    node,
    tell(room, kind, message) {
      if (isOpen && canTell()) publisher.publish(channelOf(room, kind), pack([node, message])).catch(() => {})
    },
    listen(room, kind, heard) {
      const channel = channelOf(room, kind)
      const listeners = channels.get(channel) ?? new Set<Heard>()
      channels.set(channel, listeners)
      // Without a connection it waits for one; after a break ioredis subscribes again by itself.
      if (listeners.size === 0) subscriber.subscribe(channel).catch(() => {})
      // The message of a channel is of its kind.
      const listener: Heard = (message, from) => heard(message as never, from)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || channels.get(channel) !== listeners) return
        channels.delete(channel)
        if (isOpen) subscriber.unsubscribe(channel).catch(() => {})
      }
    },
    isConnected: () => isOpen && subscriber.status === 'ready',
    onConnected: (heard) => void connected.push(heard),
    close() {
      isOpen = false
      channels.clear()
      publisher.disconnect()
      subscriber.disconnect()
      return Promise.resolve()
    },
  }
}

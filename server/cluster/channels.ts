/**
 * Redis' sharded channels as socket.io's adapter uses them. It waits for each message to be out before it tells its own sockets: so nothing
 * is waited for here, and what cannot go out soon is dropped, for all of it is of the moment.
 */
import { openRedis } from './redis.ts'

/** What the adapter uses of a client of ioredis. */
export type Channels = {
  publisher: { spublish(channel: string, bytes: Buffer): Promise<number> }
  subscriber: {
    on(event: string, heard: (...args: unknown[]) => void): void
    ssubscribe(channel: string): void
    sunsubscribe(channel: string | string[]): void
  }
  close(): void
}

/** Bytes that may wait in the socket of a Redis that does not read. */
const MOST_WAITING = 8 * 1024 * 1024

export function openChannels(url: string): Channels {
  const publisher = openRedis(url)
  const subscriber = openRedis(url, { isPatient: true })
  let isOpen = true
  return {
    publisher: {
      spublish(channel, bytes) {
        const canTell =
          isOpen && publisher.status === 'ready' && publisher.stream.writableLength < MOST_WAITING
        if (canTell) publisher.spublish(channel, bytes).catch(() => {})
        return Promise.resolve(0)
      },
    },
    subscriber: {
      on: (event, heard) => void subscriber.on(event, heard),
      ssubscribe: (channel) => void subscriber.ssubscribe(channel).catch(() => {}),
      sunsubscribe(channel) {
        if (isOpen) subscriber.sunsubscribe(...[channel].flat()).catch(() => {})
      },
    },
    close() {
      isOpen = false
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}

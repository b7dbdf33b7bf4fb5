/**
 * What servers and workers tell each other of rooms, at once and without a promise: nothing is kept, a message may be lost, and what
 * matters is in the store, where each finds it by itself (rooms/replicas). `busContract.fixture.ts` is the suite each bus passes.
 */
import type { Members, MemberSight } from '../realtime/others.ts'
import type { FrameHeader, SentHeader, Status } from '../../shared/protocol.ts'

/** Each kind of message, and what it carries. Plain values and bytes only. */
export type RoomMessages = {
  /** Something of the room was stored: its log goes to `seq` at least, or, without one, anything else of it. Only wakes. */
  news: { seq?: number }
  /** A picture of the room: once to each server, which fills its own sockets' slots. `after`: what a patch is laid over; `traceparent`: see tracing.ts. */
  frame: {
    header: SentHeader
    bytes: Uint8Array
    after?: Pick<FrameHeader, 'revision' | 'stage'>
    traceparent?: string
  }
  status: Status
  /** A server's people in the room, all of them, and what one of them sees (realtime/others.ts). */
  members: Members
  sight: MemberSight
  /** The room has something newer to color: a refine that is under way may end. */
  ring: { revision: number }
  /** An answer is there; the room is the question's id (coloring/queue/asks.ts). */
  answer: object
}

export type RoomKind = keyof RoomMessages

export type Bus = {
  /** What others know this process by; another one after every start. */
  readonly node: string
  /** Tells every other process that listens to the room. Never throws and never waits; without a connection it tells nobody. */
  tell<Kind extends RoomKind>(room: string, kind: Kind, message: RoomMessages[Kind]): void
  /** Hears what others tell of a room, never what was told here, until the function it gives is called. */
  listen<Kind extends RoomKind>(
    room: string,
    kind: Kind,
    heard: (message: RoomMessages[Kind], from: string) => void,
  ): () => void
  isConnected(): boolean
  /** Hears each time that the connection is there (again): messages may have been missed. Not called for what is so already. */
  onConnected(heard: () => void): void
  close(): Promise<void>
}

/** One person of a load as the generators see them: a connection to the document that draws, and hears what others draw. */
import type { PackedStroke } from '../../shared/strokes.ts'
import type { Named } from './workload.ts'
import type { WireName } from './wire.ts'

export type GuestOptions = {
  protocol: WireName
  /** The server's WebSocket address for documents, without the document's name. */
  url: string
  room: string
  subprotocols: readonly string[]
  isPainter: boolean
  /** Whose Yjs client it is; by chance when left out. */
  client?: number
  /** Strokes that came, in a message that brought them. */
  onStrokes(names: readonly Named[]): void
  /** Not by `leave`; with what the server said. */
  onClosed(code: number): void
}

export type LoadGuest = {
  /** Pushes one stroke in one transaction, and sends it. */
  paint(stroke: PackedStroke): void
  /** Whose Yjs client its strokes are. */
  client: number
  /** Strokes that were there when it came. */
  found: number
  /** So far: received, sent. */
  bytes(): readonly [number, number]
  leave(): void
}

/**
 * Looks after the sockets of readers who do not keep up with events. What queues for one is bounded: while it is behind, others'
 * pens and cursors are not sent to it, and one that stays behind too long, or has too much queued all the same, is to be closed.
 * It comes back and gets everything anew. Frames have slots of their own (frames.ts). Knows no socket.io.
 */

/** Packets in a queue from which its reader is behind, and from which it is not waited for. */
const BEHIND = 64
const HOPELESS = 4_000
const PATIENCE_MS = 30_000

export type Backlog = {
  /** To be called regularly: how many packets wait. */
  look(queued: number): void
}

export type BacklogOptions = {
  /** Whether it is behind, each time that changes. */
  onBehind(isBehind: boolean): void
  /** It is not waited for any longer. */
  onHopeless(): void
  now?: () => number
}

export function openBacklog({
  onBehind,
  onHopeless,
  now = () => performance.now(),
}: BacklogOptions): Backlog {
  let since: number | undefined
  return {
    look(queued) {
      if (since === undefined && queued >= BEHIND) {
        since = now()
        onBehind(true)
      } else if (since !== undefined && queued === 0) {
        since = undefined
        onBehind(false)
      }
      if (queued >= HOPELESS || (since !== undefined && now() - since >= PATIENCE_MS)) onHopeless()
    },
  }
}

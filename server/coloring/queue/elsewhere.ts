/**
 * What a server measures and traces of a room that workers color: how long its own changes waited until a draft began, and from then on the
 * stages, as far as one hears of them on the bus.
 */
import type { FrameHeader, Status } from '../../../shared/protocol.ts'
import { roomLabel } from '../../log.ts'
import { told, under, type Traceparent } from '../../tracing.ts'

export function openElsewhere(room: string, onWaited: (seconds: number) => void) {
  /** The oldest change that no draft has begun with. */
  let touched: { since: number; trace: Traceparent | undefined } | undefined
  /** What the newest draft was made for, and when the stage began that is under way. */
  let trace: Traceparent | undefined
  let began = 0

  return {
    touched(revision: number): void {
      const now = performance.now()
      const span = told('touch', undefined, { since: now, until: now }, { room: roomLabel(room), revision })
      touched = { since: touched?.since ?? now, trace: span }
    },
    status({ state }: Status): void {
      if (state !== 'draft' && state !== 'refine') return
      began = performance.now()
      if (state !== 'draft' || !touched) return
      onWaited((began - touched.since) / 1000)
      told('queue', touched.trace, { since: touched.since, until: began })
      trace = touched.trace
      touched = undefined
    },
    /** `tell`: what becomes of the frame. */
    frame({ stage, revision, ms }: FrameHeader, tell: () => void): void {
      const name = stage === 'draft' ? 'draft' : 'refine'
      under(trace && told(name, trace, { since: began }, { revision, networkMs: ms }), tell)
    },
  }
}

/** A frame's header as it is sent, for tests that look at its age and whether it is a patch only. */
import type { FrameHeader, SentHeader, Stage } from './protocol.ts'

export const frameHeader = (revision: number, stage: Stage, patch?: FrameHeader['patch']): SentHeader => ({
  revision,
  stage,
  width: 8,
  height: 8,
  ms: 1,
  engine: 'test',
  covers: { clock: {}, live: {}, lifted: [] },
  ...(patch && { patch }),
})

/**
 * Watches how full the disk of the data folder is, as `df` counts it: from one share on no new room is made, from a second on
 * the rooms take no more changes. A little room must be free again before either ends, so that it does not flicker. A disk that
 * cannot be asked counts as well.
 */
import { statfs } from 'node:fs/promises'
import type { Limits } from '../config.ts'

export type DiskState = 'well' | 'no-new-rooms' | 'read-only'
export type DiskUse = { used: number; freeBytes: number }

export type DiskGuard = {
  state(): DiskState
  /** Share in use, 0..1; 0 when it cannot be told. */
  used(): number
  close(): void
}

export type DiskGuardOptions = {
  limits: Pick<Limits, 'diskRooms' | 'diskReadonly' | 'diskPlentyBytes'>
  onChange(state: DiskState, use: DiskUse): void
  measure(): Promise<DiskUse>
  everyMs?: number
}

const EVERY_MS = 2_000
const SLACK = 0.005

export async function measureDisk(folder: string): Promise<DiskUse> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder)
  const used = blocks - bfree
  return { used: used / Math.max(1, used + bavail), freeBytes: bavail * bsize }
}

/** Resolves after the first look. */
export async function watchDisk(options: DiskGuardOptions): Promise<DiskGuard> {
  const { limits, onChange, measure, everyMs = EVERY_MS } = options
  let state: DiskState = 'well'
  let use: DiskUse = { used: 0, freeBytes: Infinity }
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function stateOf({ used, freeBytes }: DiskUse): DiskState {
    if (freeBytes >= limits.diskPlentyBytes) return 'well'
    const isOver = (limit: number, is: boolean) => used >= (is ? limit - SLACK : limit)
    if (isOver(limits.diskReadonly, state === 'read-only')) return 'read-only'
    return isOver(limits.diskRooms, state !== 'well') ? 'no-new-rooms' : 'well'
  }

  async function look(): Promise<void> {
    use = await measure().catch(() => ({ used: 0, freeBytes: Infinity }))
    const next = stateOf(use)
    if (next !== state) {
      state = next
      onChange(state, use)
    }
    if (!closed) timer = setTimeout(() => void look(), everyMs).unref()
  }

  await look()
  return {
    state: () => state,
    used: () => use.used,
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

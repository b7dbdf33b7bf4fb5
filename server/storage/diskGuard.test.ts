import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { measureDisk, watchDisk, type DiskState, type DiskUse } from './diskGuard.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const limits = { diskRooms: 0.8, diskReadonly: 0.9, diskPlentyBytes: 1000 }

it('P12 two shares of the disk, each ended only when a little is free again; plenty is enough at any share', async () => {
  let use: DiskUse | undefined = { used: 0.5, freeBytes: 10 }
  const states: DiskState[] = []
  const guard = await watchDisk({
    limits,
    everyMs: 100,
    onChange: (state) => states.push(state),
    measure: () => (use ? Promise.resolve(use) : Promise.reject(new Error('no disk'))),
  })
  const at = async (used: number, freeBytes = 10) => {
    use = { used, freeBytes }
    await vi.advanceTimersByTimeAsync(100)
    return guard.state()
  }
  expect(guard.state()).toBe('well')
  expect(await at(0.799)).toBe('well')
  expect(await at(0.8)).toBe('no-new-rooms')
  expect(await at(0.796)).toBe('no-new-rooms')
  expect(await at(0.79)).toBe('well')
  expect(await at(0.9)).toBe('read-only')
  expect(guard.used()).toBe(0.9)
  expect(await at(0.896)).toBe('read-only')
  expect(await at(0.89)).toBe('no-new-rooms')
  expect(await at(0.99, 999)).toBe('read-only')
  expect(await at(0.99, 1000)).toBe('well')
  use = undefined
  await vi.advanceTimersByTimeAsync(100)
  expect(guard.state()).toBe('well')
  expect(states).toEqual(['no-new-rooms', 'well', 'read-only', 'no-new-rooms', 'read-only', 'well'])
  guard.close()
  expect(vi.getTimerCount()).toBe(0)
})

it('P12 measures a real disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
  const { used, freeBytes } = await measureDisk(folder)
  expect(used).toBeGreaterThan(0)
  expect(used).toBeLessThanOrEqual(1)
  expect(freeBytes).toBeGreaterThan(0)
  rmSync(folder, { recursive: true })
})

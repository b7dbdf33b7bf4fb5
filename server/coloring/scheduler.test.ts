import { describe, expect, it } from 'vitest'
import type { Network } from '../../models/engine.ts'
import { seeded } from '../../shared/golden.fixture.ts'
import { createScheduler } from './scheduler.ts'

/** A scheduler on a stepped clock: runs end when the test says so. */
function stepped() {
  let time = 0
  const timers: { at: number; work: () => void }[] = []
  const log: { room: string; stage: Network; revision: number; at: number }[] = []
  const idle: string[] = []
  let finish: ((failed?: boolean) => void) | undefined
  const scheduler = createScheduler({
    now: () => time,
    later: (work, ms) => void timers.push({ at: time + ms, work }),
    onIdle: (room) => void idle.push(room),
    run: (room, stage, revision) => {
      if (finish) throw new Error('two runs at once')
      log.push({ room, stage, revision, at: time })
      return new Promise((resolve, reject) => {
        finish = (failed) => {
          finish = undefined
          if (failed) reject(new Error('failed'))
          else resolve()
        }
      })
    },
  })
  return {
    scheduler,
    log,
    idle,
    isRunning: () => finish !== undefined,
    /** Lets the running stage take `ms` and end. */
    async end(ms: number, failed = false) {
      time += ms
      finish?.(failed)
      await settle()
    },
    async wait(ms: number) {
      time += ms
      for (const timer of timers.splice(0)) {
        if (timer.at <= time) timer.work()
        else timers.push(timer)
      }
      await settle()
    },
  }
}

/** Lets every promise that is ready go on. */
async function settle() {
  for (let i = 0; i < 8; i++) await Promise.resolve()
}

const what = (log: { room: string; stage: Network; revision: number }[]) =>
  log.map(({ room, stage, revision }) => `${room} ${stage} ${revision}`)

describe('scheduler', () => {
  it('S1 runs one stage at a time, draft then refine, then rests', async () => {
    const { scheduler, log, idle, end, isRunning } = stepped()
    scheduler.touch('a', 1)
    await end(10)
    await end(40)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1'])
    expect(idle).toEqual(['a'])
    expect(isRunning()).toBe(false)
  })

  it('S2 a room is a register: what is touched during a run is drafted once, at its newest', async () => {
    const { scheduler, log, end } = stepped()
    scheduler.touch('a', 1)
    for (let revision = 2; revision <= 9; revision++) scheduler.touch('a', revision)
    await end(10)
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'a draft 9', 'a refine 9'])
  })

  it('S3 any draft runs before any refine', async () => {
    const { scheduler, log, end } = stepped()
    scheduler.touch('a', 1)
    scheduler.touch('b', 1)
    scheduler.touch('c', 1)
    for (let i = 0; i < 6; i++) await end(10)
    expect(log.map(({ stage }) => stage)).toEqual(['draft', 'draft', 'draft', 'refine', 'refine', 'refine'])
  })

  it('S4 a room that draws without pause is refined at least every 2 s', async () => {
    const { scheduler, log, end } = stepped()
    scheduler.touch('a', 1)
    for (let revision = 2; revision < 300; revision++) {
      scheduler.touch('a', revision)
      await end(30)
    }
    const refines = log.filter(({ stage }) => stage === 'refine').map(({ at }) => at)
    expect(refines.length).toBeGreaterThan(3)
    for (let i = 1; i < refines.length; i++) expect(refines[i]! - refines[i - 1]!).toBeLessThanOrEqual(2100)
  })

  it('S5 a busy room does not starve a quiet one, and shares are even', async () => {
    const { scheduler, log, end } = stepped()
    const rooms = Array.from({ length: 20 }, (_, i) => `r${i}`)
    let revision = 1
    for (const room of rooms) scheduler.touch(room, revision)
    for (let step = 0; step < 2000; step++) {
      revision++
      for (const room of rooms) scheduler.touch(room, revision)
      await end(step % 7 === 0 ? 60 : 20)
    }
    const drafts = rooms.map((room) => log.filter((run) => run.room === room && run.stage === 'draft').length)
    const mean = drafts.reduce((sum, count) => sum + count, 0) / rooms.length
    expect(Math.min(...drafts)).toBeGreaterThan(0.5 * mean)
  })

  it('S6 a failed stage is tried again after a pause and delays no other room', async () => {
    const { scheduler, log, end, wait } = stepped()
    scheduler.touch('a', 1)
    scheduler.touch('b', 1)
    await end(10, true)
    await end(10)
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'b draft 1', 'b refine 1'])
    await wait(250)
    await end(10)
    await end(10)
    expect(what(log).slice(3)).toEqual(['a draft 1', 'a refine 1'])
  })

  it('S7 when touching stops, every room ends refined at its newest revision and nothing runs (1,000 seeds)', async () => {
    for (let seed = 1; seed <= 1000; seed++) {
      const random = seeded(seed)
      const { scheduler, log, end, wait, isRunning } = stepped()
      const newest = new Map<string, number>()
      for (let step = 0; step < 30; step++) {
        const room = `r${random(4)}`
        const action = random(10)
        if (action < 5) {
          newest.set(room, (newest.get(room) ?? 0) + 1)
          scheduler.touch(room, newest.get(room)!)
        } else if (action === 5) {
          scheduler.forget(room)
          newest.delete(room)
        } else await end(random(100), random(8) === 0)
      }
      for (let i = 0; i < 60; i++) await (isRunning() ? end(5) : wait(10_000))
      expect(isRunning(), `seed ${seed}`).toBe(false)
      for (const [room, revision] of newest) {
        const last = log.filter((run) => run.room === room).at(-1)
        expect(last, `seed ${seed}`).toMatchObject({ stage: 'refine', revision })
      }
    }
  })

  it('S8 a forgotten room is not run any more', async () => {
    const { scheduler, log, end } = stepped()
    scheduler.touch('a', 1)
    scheduler.touch('b', 1)
    scheduler.forget('b')
    await end(10)
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1'])
  })

  it('S9 nothing starts while paused, and everything goes on when resumed', async () => {
    const { scheduler, log, end } = stepped()
    scheduler.pause()
    scheduler.touch('a', 1)
    expect(log).toEqual([])
    scheduler.resume()
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1'])
  })
})

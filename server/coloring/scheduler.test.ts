import { describe, expect, it } from 'vitest'
import type { Network } from '../../models/engines/engine.ts'
import { newRegister } from './register.ts'
import { createScheduler } from './scheduler.ts'
import { nextTurn } from './turn.ts'

/** A scheduler on a stepped clock: runs end when the test says so. Rooms are seen unless a test says otherwise. */
function stepped(onWaited?: (ms: number) => void) {
  let time = 0
  const timers: { at: number; work: () => void }[] = []
  const log: { room: string; stage: Network; revision: number; at: number }[] = []
  const idle: string[] = []
  let current: { finish(outcome: 'done' | 'cancelled' | 'failed'): void; signal: AbortSignal } | undefined
  const scheduler = createScheduler({
    now: () => time,
    later: (work, ms) => void timers.push({ at: time + ms, work }),
    ...(onWaited && { onWaited }),
    onIdle: (room, revision) => void idle.push(`${room} ${revision}`),
    run: ({ room, stage, revision, signal }) => {
      if (current) throw new Error('two runs at once')
      log.push({ room, stage, revision, at: time })
      return new Promise((resolve, reject) => {
        current = {
          signal,
          finish(outcome) {
            current = undefined
            if (outcome === 'failed') reject(new Error('failed'))
            else resolve(outcome)
          },
        }
      })
    },
  })
  return {
    ...scheduler,
    log,
    idle,
    isRunning: () => current !== undefined,
    isCalledOff: () => current?.signal.aborted ?? false,
    touch(room: string, revision: number, attention: 'none' | 'hidden' | 'seen' = 'seen') {
      scheduler.touch(room, revision)
      scheduler.attend(room, attention)
    },
    /** Lets the running stage take `ms` and end: cancelled when it was called off. */
    async end(ms: number, outcome?: 'done' | 'failed') {
      time += ms
      current?.finish(outcome ?? (current.signal.aborted ? 'cancelled' : 'done'))
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
    const { touch, log, idle, end, isRunning } = stepped()
    touch('a', 1)
    await end(10)
    await end(40)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1'])
    expect(idle).toEqual(['a 1'])
    expect(isRunning()).toBe(false)
  })

  it('S2 a room is a register: what is touched during a run is drafted once, at its newest', async () => {
    const { touch, log, end } = stepped()
    touch('a', 1)
    for (let revision = 2; revision <= 9; revision++) touch('a', revision)
    touch('a', 4)
    await end(10)
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'a draft 9', 'a refine 9'])
  })

  it('S3 any draft that is due runs before any refine', async () => {
    const { touch, log, end } = stepped()
    touch('a', 1)
    touch('b', 1)
    touch('c', 1)
    for (let i = 0; i < 6; i++) await end(10)
    expect(log.map(({ stage }) => stage)).toEqual(['draft', 'draft', 'draft', 'refine', 'refine', 'refine'])
  })

  it('S4 a room that draws without pause has a refined picture every 2 s and a stage, never called off', async () => {
    const { touch, log, end, isCalledOff } = stepped()
    touch('a', 1)
    await end(40)
    await end(150)
    const came = [190]
    touch('a', 2)
    for (let revision = 3; revision < 300; revision++) {
      touch('a', revision)
      const { stage, at } = log.at(-1)!
      if (stage === 'refine' && at >= came.at(-1)!) came.push(at + 150)
      expect(isCalledOff()).toBe(false)
      await end(stage === 'refine' ? 150 : 40)
    }
    expect(came.length).toBeGreaterThan(4)
    for (let i = 1; i < came.length; i++) expect(came[i]! - came[i - 1]!).toBeLessThanOrEqual(2_000 + 40)
  })

  it('S4 overdue refines of many rooms leave drafts half of the time', async () => {
    const { touch, log, end } = stepped()
    const rooms = Array.from({ length: 20 }, (_, i) => `r${i}`)
    const time = { draft: 0, refine: 0 }
    for (let revision = 1; revision < 1500; revision++) {
      for (const room of rooms) touch(room, revision)
      const { stage } = log.at(-1)!
      const ms = stage === 'refine' ? 150 : 40
      time[stage] += ms
      await end(ms)
    }
    expect(time.refine).toBeGreaterThan(0.4 * time.draft)
    expect(time.refine).toBeLessThan(time.draft + 150)
  })

  it('S4 of several overdue refines the longest waiting goes first', () => {
    const drafted = { ...newRegister(), revision: 2, drafted: 1, attention: 'seen' as const }
    const rooms = new Map([
      ['a', { ...drafted, since: 300 }],
      ['b', { ...drafted, since: 100 }],
      ['c', { ...drafted, since: 200 }],
    ])
    const turn = nextTurn(rooms, { now: 5_000, expected: { draft: 40, refine: 150 }, owed: 0 })
    expect(turn).toMatchObject({ id: 'b', stage: 'refine', overdue: true })
  })

  it('S5 twenty busy rooms have even shares, and a quiet one is not starved', async () => {
    const { touch, log, end } = stepped()
    const rooms = Array.from({ length: 20 }, (_, i) => `r${i}`)
    for (let step = 1; step < 2000; step++) {
      for (const room of rooms) touch(room, step)
      await end(step % 7 === 0 ? 60 : 20)
    }
    const drafts = rooms.map((room) => log.filter((run) => run.room === room && run.stage === 'draft').length)
    const mean = drafts.reduce((sum, count) => sum + count, 0) / rooms.length
    expect(Math.min(...drafts)).toBeGreaterThan(0.8 * mean)
    touch('quiet', 1)
    for (let i = 0; i < 3 && log.at(-1)!.room !== 'quiet'; i++) await end(20)
    expect(log.at(-1)).toMatchObject({ room: 'quiet', stage: 'draft' })
  })

  it('S5 time used while alone is not held against a room, nor time not used for it', async () => {
    const { touch, log, end } = stepped()
    for (let revision = 1; revision < 200; revision++) {
      touch('long', revision)
      await end(50)
    }
    while (log.at(-1)!.stage !== 'refine') await end(50)
    await end(50)
    const from = log.length
    for (let revision = 200; revision < 260; revision++) {
      touch('new', revision)
      touch('long', revision)
      await end(50)
    }
    const drafts = log.slice(from).filter(({ stage }) => stage === 'draft')
    const share = drafts.filter(({ room }) => room === 'new').length / drafts.length
    expect(share).toBeGreaterThan(0.4)
    expect(share).toBeLessThan(0.6)
  })

  it('S6 a failed stage is tried again after a growing pause and delays no other room', async () => {
    const { touch, log, end, wait } = stepped()
    touch('a', 1)
    touch('b', 1)
    await end(10, 'failed')
    await end(10)
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'b draft 1', 'b refine 1'])
    await wait(229)
    expect(log).toHaveLength(3)
    await wait(1)
    await end(10, 'failed')
    await wait(499)
    expect(log).toHaveLength(4)
    await wait(1)
    await end(10)
    await end(10)
    expect(what(log).slice(3)).toEqual(['a draft 1', 'a draft 1', 'a refine 1'])
  })

  it('S8 a forgotten room is not run any more', async () => {
    const { touch, forget, log, end } = stepped()
    touch('a', 1)
    touch('b', 1)
    forget('b')
    await end(10)
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1'])
  })

  it('S9 nothing starts while paused; everything goes on when resumed, lost drafts too', async () => {
    const { touch, pause, resume, log, end } = stepped()
    pause()
    touch('a', 1)
    expect(log).toEqual([])
    resume()
    await end(10)
    pause()
    await end(10, 'failed')
    resume()
    touch('b', 1)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1', 'b draft 1'])
    await end(10)
    await end(10)
    expect(what(log).slice(3)).toEqual(['b refine 1'])
  })

  it('S10 a newer stroke calls its room’s refine off: it is not done, and the draft comes next', async () => {
    const { touch, log, idle, end, isCalledOff } = stepped()
    touch('a', 1)
    await end(10)
    touch('b', 1)
    expect(isCalledOff()).toBe(false)
    touch('a', 2)
    expect(isCalledOff()).toBe(true)
    await end(5)
    expect(idle).toEqual([])
    for (let i = 0; i < 4; i++) await end(10)
    expect(what(log)).toEqual([
      'a draft 1',
      'a refine 1',
      'b draft 1',
      'a draft 2',
      'b refine 1',
      'a refine 2',
    ])
  })

  it('S11 a room nobody watches is not run, but for what is asked for', async () => {
    const { touch, want, attend, log, end, isRunning, isCalledOff } = stepped()
    touch('a', 1, 'none')
    expect(isRunning()).toBe(false)
    want('a')
    touch('a', 2, 'none')
    await end(10)
    await end(10)
    await end(10)
    touch('a', 3, 'none')
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'a refine 1'])
    attend('a', 'seen')
    await end(10)
    attend('a', 'none')
    expect(isCalledOff()).toBe(true)
    await end(10)
    expect(what(log).slice(2)).toEqual(['a draft 3', 'a refine 3'])
    expect(isRunning()).toBe(false)
  })

  it('S12 a picture nobody looks at is drafted only, and refined at once when it is seen again', async () => {
    const { touch, attend, log, idle, end } = stepped()
    touch('a', 1, 'hidden')
    await end(10)
    expect(idle).toEqual(['a 1'])
    touch('b', 1)
    touch('b', 2)
    attend('a', 'seen')
    await end(10)
    expect(what(log)).toEqual(['a draft 1', 'b draft 1', 'a refine 1'])
    attend('a', 'hidden')
    attend('b', 'hidden')
    await end(10)
    await end(10)
    expect(what(log).slice(3)).toEqual(['b draft 2'])
    expect(idle).toEqual(['a 1', 'a 1', 'b 2'])
  })

  it('S13 on an idle machine a stroke starts its draft at once; a drawing room leaves room for others’ refines', async () => {
    const { touch, log, end, wait } = stepped()
    touch('a', 1)
    await end(40)
    await end(150)
    await wait(1)
    touch('a', 2)
    expect(log.at(-1)).toMatchObject({ room: 'a', revision: 2, at: 191 })
    touch('b', 1)
    touch('a', 3)
    await end(40)
    await end(40)
    touch('a', 4)
    await end(40)
    // The room that draws was drafted a moment ago: the one that paused is refined first.
    expect(what(log).slice(3)).toEqual(['b draft 1', 'a draft 3', 'b refine 1'])
    touch('c', 1)
    await end(150)
    // After a pause a stroke never waits for a round.
    expect(log.at(-1)!.stage).toBe('draft')
  })
})

it('Q53 a draft tells how long its oldest change waited, once for each change that a draft begins with', async () => {
  const waits: number[] = []
  const { touch, end, wait, log } = stepped((ms) => waits.push(ms))
  touch('a', 1)
  expect(waits).toEqual([0])
  touch('b', 1)
  await wait(30)
  touch('b', 2)
  touch('a', 2)
  await wait(20)
  await end(50)
  // Room b, since its first change; then room a, since the change that came while its draft was made.
  expect(waits).toEqual([0, 100])
  while (waits.length < 3) await end(50)
  expect(waits[2]).toBe(log.at(-1)!.at - 30)
})

/**
 * The scheduler's rules over random schedules on a stepped clock. A model of its own says what each room wants; every run is
 * held against it. A failure names its seed: `simulate(seed)` alone repeats it.
 */
import { expect, it } from 'vitest'
import { seeded } from '../../shared/golden.fixture.ts'
import type { Attention } from './register.ts'
import { createScheduler, type Job } from './scheduler.ts'

const SCHEDULES = 10_000
const ACTIONS = 40
const WITHIN_MS = 2_000
const LONGEST_ROUND_MS = 250
const attentions: Attention[] = ['seen', 'seen', 'hidden', 'none']

type Model = {
  revision: number
  drafted: number
  refined: number
  wanted: number
  attention: Attention
  /** Made again after a loss: revisions may repeat. */
  again: boolean
  draftedAt: number
  failures: number
  restsUntil: number
  /** Since when its refined picture is behind, and since when one could be made. */
  behindSince: number
  refinableSince: number
  /** Since when there is anything to do. */
  activeSince: number
  served: number
}

/** What happened over all schedules: a simulation that never gets anywhere proves nothing. */
const seen = { runs: 0, overdue: 0, cancelled: 0, failed: 0, lost: 0, compared: 0 }

const draftable = (room: Model) =>
  room.drafted < room.revision && (room.attention !== 'none' || room.drafted < room.wanted)
const behind = (room: Model) =>
  room.refined < room.revision && (room.attention === 'seen' || room.refined < room.wanted)
const refinable = (room: Model) => behind(room) && room.refined < room.drafted

const competes = (room: Model) => draftable(room) && room.failures === 0

async function simulate(seed: number): Promise<void> {
  const random = seeded(seed)
  const cost = { draft: 5 + random(90), refine: 20 + random(300) }
  const isNoisy = random(2) === 0
  const failing = random(3) === 0
  const names = Array.from({ length: 1 + random(4) }, (_, i) => `r${i}`)
  const gap = 20 + random(200)
  const rooms = new Map<string, Model>()
  const timers: { at: number; work: () => void }[] = []
  const refinesBegun: { id: string; at: number }[] = []
  const leads = names.map(() => names.map(() => Infinity))
  let time = 0
  let current:
    | { job: Job; room: Model | undefined; began: number; ends: number; finish(): void; lose(): void }
    | undefined
  let isPaused = false
  let revision = 0

  let fault = undefined as Error | undefined
  const must = (holds: boolean, what: string) => {
    if (!holds) fault ??= new Error(`seed ${seed}, at ${time} ms: ${what}`)
  }
  const canRun = (room: Model) => time > room.restsUntil && (draftable(room) || refinable(room))
  const slowest = Math.max(cost.draft, cost.refine)

  const scheduler = createScheduler({
    now: () => time,
    later: (work, ms) => void timers.push({ at: time + ms, work }),
    onIdle(id, at) {
      const room = rooms.get(id)!
      must(room.revision === at && !draftable(room) && !refinable(room), `S7 ${id} is not idle`)
    },
    run(job) {
      checkStart(job)
      seen.runs++
      const began = time
      const whole = Math.max(1, Math.round(cost[job.stage] * (isNoisy ? 0.5 + random(100) / 200 : 1)))
      const fails = failing && random(10) === 0
      return new Promise((resolve, reject) => {
        const run = {
          job,
          room: rooms.get(job.room),
          began,
          ends: time + whole,
          finish() {
            const outcome = job.signal.aborted && run.ends < began + whole ? 'cancelled' : 'done'
            checkEnd(run, fails ? 'failed' : outcome)
            if (fails) reject(new Error('failed'))
            else resolve(outcome)
          },
          lose() {
            checkEnd(run, 'failed')
            reject(new Error('lost'))
          },
        }
        current = run
        job.signal.addEventListener('abort', () => {
          must(job.stage === 'refine', 'S10 a draft is called off')
          const room = rooms.get(job.room)
          const isStale = !room || draftable(room) || !refinable(room)
          must(isStale, 'S10 a refine is called off without a reason')
          if (room && refinable(room)) {
            must(time < room.behindSince + WITHIN_MS, 'S4 an overdue refine is called off')
          }
          // It looks up a few times in a run.
          const step = Math.ceil(whole / 4)
          run.ends = Math.min(run.ends, began + step * Math.ceil((time - began) / step))
        })
      })
    },
  })

  function checkStart({ room: id, stage, revision: at }: Job): void {
    must(!current, 'S1 two runs at once')
    must(!isPaused, 'S9 a run while paused')
    const room = rooms.get(id)
    must(room !== undefined, 'S8 a forgotten room is run')
    if (!room) return
    must(time >= room.restsUntil, 'S6 a failed room is run before its pause is over')
    const isWanted = stage === 'draft' ? draftable(room) : refinable(room)
    must(isWanted, `S11 S12 ${stage} of ${id}, which nobody wants`)
    must(at === (stage === 'draft' ? room.revision : room.drafted), 'S2 not the newest')
    const others = [...rooms].filter(([other, each]) => other !== id && canRun(each))
    checkLateness()
    if (stage === 'draft') room.draftedAt = time
    else {
      const { refine } = cost
      const isOverdue = time >= Math.min(room.behindSince, room.activeSince) + WITHIN_MS - refine
      if (isOverdue) {
        seen.overdue++
        refinesBegun.push({ id, at: time })
      } else {
        must(!draftable(room), 'S3 a refine before the draft of its own room')
        for (const [other, each] of others) {
          const isHeld = time - each.draftedAt < LONGEST_ROUND_MS
          must(!draftable(each) || isHeld, `S3 a refine before the draft of ${other}`)
        }
      }
    }
  }

  /** No refine waits longer than 2 s and the stage under way, but for overdue refines of others and the drafts between them. */
  function checkLateness(): void {
    for (const [id, room] of rooms) {
      if (!refinable(room) || time < room.restsUntil) continue
      const due = Math.max(room.behindSince + WITHIN_MS, room.refinableSince, room.restsUntil)
      const ahead = refinesBegun.filter((begun) => begun.id !== id && begun.at > due - slowest).length
      const others = names.length === 1 ? 0 : (ahead + 1) * (2 * cost.refine + cost.draft)
      const allowed = slowest + others
      must(time - due <= allowed, `S4 the refine of ${id} is ${time - due} ms overdue`)
    }
  }

  function checkEnd(run: NonNullable<typeof current>, outcome: 'done' | 'cancelled' | 'failed'): void {
    const { job, room, began } = run
    current = undefined
    if (outcome === 'cancelled') seen.cancelled++
    if (outcome === 'failed') seen.failed++
    if (!room || rooms.get(job.room) !== room) return
    room.served += time - began
    if (outcome === 'failed') {
      room.restsUntil = time + Math.min(10_000, 250 * 2 ** room.failures++)
      return
    }
    if (outcome === 'cancelled') return
    room.failures = 0
    const made = job.stage === 'draft' ? 'drafted' : 'refined'
    must(job.revision > room[made] || room.again, `S2 ${job.stage} ${job.revision} after ${room[made]}`)
    must(job.stage === 'draft' || job.revision === room.drafted || room.again, 'S1 a refine not of its draft')
    room[made] = Math.max(room[made], job.revision)
    if (made === 'refined') room.behindSince = room.refinableSince = time
  }

  /** Rooms that both want drafts all the time are given the same time, within a draft and a refine each. */
  function checkFairness(): void {
    for (const [i, a] of names.entries()) {
      for (const [k, b] of names.entries()) {
        const [one, other] = [rooms.get(a), rooms.get(b)]
        if (i === k || !one || !other || isPaused || !competes(one) || !competes(other)) {
          leads[i]![k] = Infinity
          continue
        }
        const lead = one.served - other.served
        const least = (leads[i]![k] = Math.min(lead, leads[i]![k]!))
        if (lead > least) seen.compared++
        must(lead - least <= 2 * (cost.draft + cost.refine), `S5 ${a} got ${lead - least} ms more than ${b}`)
      }
    }
  }

  /** Called after whatever happened: what the model says of rooms that changed. */
  function changed(room: Model, change: () => void): void {
    const before = { behind: behind(room), refinable: refinable(room), draftable: draftable(room) }
    change()
    const was = { ...before, active: before.refinable || before.draftable }
    if (!was.active && (draftable(room) || refinable(room))) room.activeSince = time
    if (!was.behind && behind(room)) room.behindSince = time
    if (!was.refinable && refinable(room)) room.refinableSince = time
  }

  function act(): void {
    const id = names[random(names.length)]!
    const room = rooms.get(id)
    const action = random(40)
    if (!room || action < 32) {
      const next = room ?? newModel()
      rooms.set(id, next)
      changed(next, () => (next.revision = ++revision))
      scheduler.touch(id, revision)
      if (!room) attend(id, next, attentions[random(4)]!)
    } else if (action < 35) {
      attend(id, room, attentions[random(4)]!)
    } else if (action < 37) {
      changed(room, () => (room.wanted = room.revision))
      scheduler.want(id)
    } else if (action === 37) {
      rooms.delete(id)
      scheduler.forget(id)
    } else if (action === 38 && !isPaused) lose()
  }

  function attend(id: string, room: Model, attention: Attention): void {
    const isBack = room.attention === 'hidden' && attention === 'seen'
    changed(room, () => (room.attention = attention))
    if (isBack) room.activeSince = -Infinity
    if (isBack && behind(room)) room.behindSince = time - WITHIN_MS
    scheduler.attend(id, attention)
  }

  /** The engine is gone, and another there a while later. */
  function lose(): void {
    seen.lost++
    isPaused = true
    for (const room of rooms.values())
      changed(room, () => Object.assign(room, { drafted: room.refined, again: true }))
    scheduler.pause()
    current?.lose()
    timers.push({
      at: time + random(500),
      work() {
        isPaused = false
        for (const room of rooms.values()) room.refinableSince = time
        scheduler.resume()
      },
    })
  }

  async function settle(): Promise<void> {
    for (let i = 0; i < 5; i++) await Promise.resolve()
    for (const room of rooms.values()) if (!refinable(room)) room.refinableSince = time
    checkFairness()
    if (current || isPaused) return
    for (const [id, room] of rooms) must(!canRun(room), `S13 the engine rests although ${id} has work`)
  }

  let actions = 0
  let nextAction = 0
  for (let guard = 0; ; guard++) {
    must(guard < 5_000, 'S7 it never rests')
    timers.sort((a, b) => a.at - b.at)
    const acts = actions < ACTIONS ? nextAction : Infinity
    const ends = current?.ends ?? Infinity
    const rings = timers[0]?.at ?? Infinity
    const soonest = Math.min(acts, ends, rings)
    if (soonest === Infinity) break
    time = Math.max(time, soonest)
    if (soonest === ends) current!.finish()
    else if (soonest === rings) timers.shift()!.work()
    else {
      act()
      actions++
      nextAction = time + random(gap)
    }
    await settle()
    if (fault) throw fault
  }
  for (const [id, room] of rooms) {
    const [draft, refine] = [room.attention === 'none', room.attention !== 'seen']
    must(room.drafted >= (draft ? room.wanted : room.revision), `S7 ${id} ends without its newest draft`)
    must(room.refined >= (refine ? room.wanted : room.revision), `S7 ${id} ends without its newest refine`)
  }
  if (fault) throw fault
}

const newModel = (): Model => ({
  revision: 0,
  drafted: 0,
  refined: 0,
  wanted: 0,
  attention: 'none',
  again: false,
  draftedAt: -Infinity,
  failures: 0,
  restsUntil: 0,
  behindSince: 0,
  refinableSince: 0,
  activeSince: 0,
  served: 0,
})

it(`S1 S2 S3 S4 S5 S6 S7 S8 S9 S10 S11 S12 S13 hold over ${SCHEDULES} random schedules`, async () => {
  for (let seed = 1; seed <= SCHEDULES; seed++) await simulate(seed)
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(SCHEDULES / 10)
})

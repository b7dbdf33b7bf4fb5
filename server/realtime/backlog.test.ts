import { describe, expect, it } from 'vitest'
import { openBacklog } from './backlog.ts'

function reader() {
  let time = 0
  const told: string[] = []
  const backlog = openBacklog({
    onBehind: (isBehind) => void told.push(isBehind ? 'behind' : 'caught up'),
    onHopeless: () => void told.push('hopeless'),
    now: () => time,
  })
  return {
    told,
    look(queued: number, after = 1_000) {
      time += after
      backlog.look(queued)
    },
  }
}

describe('a reader of events', () => {
  it('L6 who queues a little is not behind; who queues more is, until all of it is gone', () => {
    const { look, told } = reader()
    for (const queued of [0, 63, 0]) look(queued)
    expect(told).toEqual([])
    for (const queued of [64, 500, 3_999, 1, 0, 0]) look(queued)
    expect(told).toEqual(['behind', 'caught up'])
  })

  it('L6 who stays behind for 30 s is not waited for, nor who has too much queued', () => {
    const slow = reader()
    slow.look(64)
    slow.look(1, 29_999)
    expect(slow.told).toEqual(['behind'])
    slow.look(1, 1)
    expect(slow.told).toEqual(['behind', 'hopeless'])
    const far = reader()
    far.look(4_000)
    expect(far.told).toEqual(['behind', 'hopeless'])
  })

  it('L6 who caught up begins anew', () => {
    const { look, told } = reader()
    for (let i = 0; i < 5; i++) {
      look(100)
      look(0, 20_000)
    }
    expect(told.includes('hopeless')).toBe(false)
  })
})

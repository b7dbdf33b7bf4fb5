import { describe, expect, test } from 'vitest'
import { decodePoints } from '../../shared/points.ts'
import { LiveSender } from './liveSender.ts'

const stroke = { stroke: 'a', tool: 'brush', color: 0xff0000, width: 160 } as const
const points = (count: number) => Array.from({ length: count }, (_, i) => [i * 10, i * 5, 255]).flat()

describe('live sender', () => {
  test('each chunk starts with the last point of the chunk before, and all together are the stroke', () => {
    const sender = new LiveSender(stroke)
    const first = sender.next(points(3), 0)!
    const second = sender.next(points(7), 50)!
    expect([first.seq, second.seq]).toEqual([0, 1])
    expect([...decodePoints(first.points)!]).toEqual(points(3))
    expect([...decodePoints(second.points)!]).toEqual(points(7).slice(2 * 3))
  })

  test('never more than 30 chunks a second, and none without news', () => {
    const sender = new LiveSender(stroke)
    let sent = 0
    for (let now = 0; now < 1000; now += 4) if (sender.next(points(1 + now), now)) sent++
    expect(sent).toBeLessThanOrEqual(30)
    expect(sent).toBeGreaterThan(20)
    const quiet = new LiveSender(stroke)
    quiet.next(points(2), 0)
    expect(quiet.next(points(2), 1000)).toBeNull()
  })

  test('a stroke nobody saw needs no cancelling', () => {
    const sender = new LiveSender(stroke)
    expect(sender.cancel()).toBeNull()
    sender.next(points(1), 0)
    expect(sender.cancel()).toEqual({ stroke: 'a', seq: 1, end: true })
  })
})

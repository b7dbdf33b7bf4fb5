import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { IDLE_MS, watchAttention, type Attention } from './attention.ts'

class Page extends EventTarget {
  hidden = false
  move = () => this.dispatchEvent(new Event('pointermove'))
  hide(hidden: boolean): void {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

let page: Page
let told: Attention[]
let stop: () => void
beforeEach(() => {
  vi.useFakeTimers()
  page = new Page()
  told = []
  stop = watchAttention((attention) => told.push(attention), page)
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

it('B6 a minute without a hand is idle, the next move is not; only changes are told', () => {
  expect(told).toEqual([{ visible: true, idle: false }])
  for (let tenth = 0; tenth < 20; tenth++) {
    vi.advanceTimersByTime(IDLE_MS / 10)
    page.move()
  }
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(IDLE_MS - 1)
  expect(told).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(told.at(-1)).toEqual({ visible: true, idle: true })
  vi.advanceTimersByTime(10 * IDLE_MS)
  page.move()
  page.move()
  expect(told.slice(1)).toEqual([
    { visible: true, idle: true },
    { visible: true, idle: false },
  ])
})

it('B6 a hidden page is idle at once, whatever moves; seen again it is not', () => {
  page.hide(true)
  page.move()
  expect(told.at(-1)).toEqual({ visible: false, idle: true })
  vi.advanceTimersByTime(2 * IDLE_MS)
  page.hide(false)
  expect(told.at(-1)).toEqual({ visible: true, idle: false })
  expect(told).toHaveLength(3)
  stop()
  page.hide(true)
  vi.advanceTimersByTime(2 * IDLE_MS)
  expect(told).toHaveLength(3)
})

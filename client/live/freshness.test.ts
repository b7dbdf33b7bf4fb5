import { expect, test } from 'vitest'
import type { Covers, Stage } from '../../shared/protocol.ts'
import { FreshnessGauge } from './freshness.ts'

const covers: Covers = { clock: {}, live: {}, lifted: [] }
const picture = (revision: number, stage: Stage) => ({ revision, stage, covers })

test('V6 a picture is behind until it shows all that is painted, then a draft, then refined', () => {
  const gauge = new FreshnessGauge()
  expect(gauge.freshness).toBe('none')
  gauge.show(picture(4, 'refined'))
  expect(gauge.freshness).toBe('refined')
  gauge.paint(true, true)
  expect(gauge.freshness).toBe('behind')
  // Also when the server has heard nothing of it.
  gauge.paint(false, false)
  expect(gauge.freshness).toBe('behind')
  gauge.hear({ state: 'draft', revision: 6 })
  gauge.show(picture(6, 'draft'))
  gauge.paint(false, true)
  expect(gauge.freshness).toBe('draft')
  gauge.hear({ state: 'refine', revision: 6 })
  expect(gauge.freshness).toBe('draft')
  gauge.show(picture(6, 'refined'))
  expect(gauge.freshness).toBe('refined')
})

test('V6 what others took back is behind when the server says so, what I took back at once', () => {
  const gauge = new FreshnessGauge()
  gauge.show(picture(4, 'refined'))
  gauge.hear({ state: 'draft', revision: 5 })
  expect(gauge.freshness).toBe('behind')
  gauge.show(picture(5, 'refined'))
  gauge.hear({ state: 'idle', revision: 5 })
  gauge.takeBack()
  expect(gauge.freshness).toBe('behind')
  gauge.show(picture(6, 'refined'))
  expect(gauge.freshness).toBe('refined')
})

test('V6 while no pictures come it says so, and a new connection begins afresh', () => {
  const gauge = new FreshnessGauge()
  gauge.show(picture(9, 'refined'))
  gauge.takeBack()
  gauge.hear({ state: 'down', revision: 9 })
  expect(gauge.freshness).toBe('down')
  gauge.reset()
  expect(gauge.freshness).toBe('none')
  gauge.show(picture(3, 'draft'))
  expect(gauge.freshness).toBe('draft')
})

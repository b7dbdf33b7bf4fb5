import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Gestures, type Grip, type HandEvent } from './gestures.ts'

function hand({ grip = 'use', drawsWithFingers = false }: { grip?: Grip; drawsWithFingers?: boolean } = {}) {
  const did: string[] = []
  let penSeen = false
  const gestures = new Gestures({
    grip: () => grip,
    fingersPaint: () => !penSeen || drawsWithFingers,
    penSeen: () => (penSeen = true),
    press: (_, part) => did.push(part === 'tip' ? 'press' : `press ${part}`),
    draw: (samples, predicted) =>
      did.push(predicted.length ? `draw ${samples.length} + ${predicted.length}` : `draw ${samples.length}`),
    hold: () => did.push('hold'),
    lift: () => did.push('lift'),
    takeBack: () => did.push('take back'),
    pan: (dx, dy) => did.push(`pan ${dx} ${dy}`),
    turn: () => did.push('turn'),
    zoom: (dx) => did.push(`zoom ${dx}`),
    zoomClick: (_, out) => did.push(out ? 'zoom out' : 'zoom in'),
    pinch: ([before], [after]) => did.push(`pinch ${after.x - before.x}`),
    rest: () => did.push('rest'),
    tap: (fingers) => did.push(`tap ${fingers}`),
    hover: () => undefined,
  })
  return { gestures, did }
}

const event = (pointerType: string, more: Partial<HandEvent> = {}): HandEvent => ({
  pointerId: 1,
  pointerType,
  clientX: 0,
  clientY: 0,
  pressure: 0.5,
  button: 0,
  buttons: 1,
  timeStamp: 0,
  altKey: false,
  ...more,
})
const touch = (pointerId: number, clientX = 0, timeStamp = 0) =>
  event('touch', { pointerId, clientX, timeStamp })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('gestures', () => {
  test('all coalesced samples of a move are drawn, and what is predicted is told apart', () => {
    const { gestures, did } = hand()
    gestures.down(event('mouse'))
    gestures.move(
      event('mouse', { getCoalescedEvents: () => [event('mouse'), event('mouse'), event('mouse')] }),
    )
    gestures.move(
      event('mouse', { getCoalescedEvents: () => [], getPredictedEvents: () => [event('mouse')] }),
    )
    gestures.up(event('mouse'))
    expect(did).toEqual(['press', 'draw 3', 'draw 1 + 1', 'lift'])
  })

  test('a second finger takes back the stroke and pinches; the finger that stays never paints', () => {
    const { gestures, did } = hand()
    gestures.down(touch(1))
    gestures.move(touch(1, 5))
    gestures.down(touch(2))
    gestures.move(touch(2, 50))
    gestures.up(touch(2, 50))
    gestures.move(event('touch', { clientX: 25, clientY: 1 }))
    gestures.up(touch(1, 25))
    expect(did).toEqual(['press', 'draw 1', 'take back', 'pinch 0', 'rest', 'pan 20 1', 'rest'])
  })

  test('two fingers that tap undo, three redo, and the page does not tremble under them', () => {
    for (const fingers of [2, 3]) {
      const { gestures, did } = hand()
      for (let id = 1; id <= fingers; id++) gestures.down(touch(id, 40 * id, 20 * id))
      for (let id = 1; id <= fingers; id++) gestures.move(touch(id, 40 * id + 4, 100))
      for (let id = 1; id <= fingers; id++) gestures.up(touch(id, 40 * id + 4, 200))
      expect(did.filter((each) => !['press', 'take back', 'rest'].includes(each))).toEqual([`tap ${fingers}`])
      expect(did.slice(0, 2)).toEqual(['press', 'take back'])
    }
  })

  test('fingers that stay long or move are no tap, and neither is a single one', () => {
    const late = hand()
    late.gestures.down(touch(1))
    late.gestures.down(touch(2))
    for (const id of [1, 2]) late.gestures.up(touch(id, 0, 400))
    const moved = hand()
    moved.gestures.down(touch(1))
    moved.gestures.down(touch(2, 50))
    moved.gestures.move(touch(2, 70, 50))
    for (const id of [1, 2]) moved.gestures.up(touch(id, 70, 100))
    const one = hand()
    one.gestures.down(touch(1))
    one.gestures.up(touch(1, 0, 50))
    for (const { did } of [late, moved, one]) expect(did.some((each) => each.startsWith('tap'))).toBe(false)
    expect(moved.did).toContain('pinch 0')
    expect(one.did).toEqual(['press', 'lift'])
  })

  test('once a pen was seen, a finger moves the page, unless fingers are to draw', () => {
    for (const drawsWithFingers of [false, true]) {
      const { gestures, did } = hand({ drawsWithFingers })
      gestures.down(event('pen', { pointerId: 9 }))
      gestures.up(event('pen', { pointerId: 9 }))
      gestures.down(touch(1))
      gestures.move(touch(1, 40))
      gestures.up(touch(1, 40))
      const rest = drawsWithFingers ? ['press', 'draw 1', 'lift'] : ['pan 40 0', 'rest']
      expect(did).toEqual(['press', 'lift', ...rest])
    }
  })

  test('a pen that only hovers was seen', () => {
    const { gestures, did } = hand()
    gestures.move(event('pen', { pointerId: 9, buttons: 0 }))
    gestures.down(touch(1))
    gestures.move(touch(1, 40))
    expect(did).toEqual(['pan 40 0'])
  })

  test('a palm that lands while the pen paints changes nothing, not even two of them', () => {
    const { gestures, did } = hand()
    gestures.down(event('pen', { pointerId: 9 }))
    for (const id of [1, 2]) gestures.down(touch(id, 20 * id))
    gestures.move(event('pen', { pointerId: 9, clientX: 5 }))
    for (const id of [1, 2]) gestures.up(touch(id, 20 * id, 80))
    gestures.up(event('pen', { pointerId: 9 }))
    expect(did).toEqual(['press', 'draw 1', 'lift'])
  })

  test('a palm that landed first gives way to the pen and is dead until it is lifted', () => {
    const { gestures, did } = hand()
    gestures.down(touch(1))
    gestures.down(event('pen', { pointerId: 9 }))
    gestures.move(touch(1, 40))
    gestures.move(event('pen', { pointerId: 9, clientX: 5 }))
    gestures.up(event('pen', { pointerId: 9 }))
    gestures.move(touch(1, 90))
    gestures.up(touch(1, 90))
    expect(did).toEqual(['press', 'take back', 'press', 'draw 1', 'lift'])
  })

  test('the middle button and the hand tool pan; the right button does nothing', () => {
    const { gestures, did } = hand()
    gestures.down(event('mouse', { button: 1 }))
    gestures.move(event('mouse', { clientX: 2, clientY: 3 }))
    gestures.up(event('mouse'))
    gestures.down(event('mouse', { button: 2, buttons: 2 }))
    gestures.up(event('mouse', { button: 2 }))
    expect(did).toEqual(['pan 2 3', 'rest'])
    const withHandTool = hand({ grip: 'pan' })
    withHandTool.gestures.down(event('mouse'))
    withHandTool.gestures.move(event('mouse', { clientX: 1 }))
    expect(withHandTool.did).toEqual(['pan 1 0'])
  })

  test('the zoom tool zooms in by a click, out with Alt, and bit by bit by a drag', () => {
    const { gestures, did } = hand({ grip: 'zoom' })
    gestures.down(event('mouse'))
    gestures.up(event('mouse'))
    gestures.down(event('mouse'))
    gestures.up(event('mouse', { altKey: true }))
    gestures.down(event('mouse'))
    gestures.move(event('mouse', { clientX: 30 }))
    gestures.up(event('mouse', { clientX: 30 }))
    expect(did).toEqual(['zoom in', 'rest', 'zoom out', 'rest', 'zoom 30', 'rest'])
  })

  test('a finger or pen held still is a long press; one that moved or lifted before, and a mouse, are not', () => {
    const { gestures, did } = hand()
    gestures.down(touch(1))
    gestures.move(touch(1, 6, 300))
    vi.advanceTimersByTime(500)
    gestures.up(touch(1, 6, 600))
    expect(did).toEqual(['press', 'draw 1', 'hold', 'lift'])
    const moved = hand()
    moved.gestures.down(touch(1))
    moved.gestures.move(touch(1, 12))
    const lifted = hand()
    lifted.gestures.down(touch(1))
    lifted.gestures.up(touch(1))
    const mouse = hand()
    mouse.gestures.down(event('mouse'))
    const pinching = hand()
    pinching.gestures.down(touch(1))
    pinching.gestures.down(touch(2))
    vi.advanceTimersByTime(2000)
    for (const each of [moved, lifted, mouse, pinching]) expect(each.did).not.toContain('hold')
  })

  test('the eraser end and the button of a pen are told, and a cancelled pointer takes its stroke back', () => {
    const { gestures, did } = hand()
    gestures.down(event('pen', { button: 5, buttons: 32 }))
    gestures.cancel(event('pen'))
    gestures.down(event('pen', { button: 2, buttons: 2 }))
    gestures.up(event('pen', { button: 2, buttons: 0 }))
    expect(did).toEqual(['press eraser', 'take back', 'press barrel', 'lift'])
  })
})

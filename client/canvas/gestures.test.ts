import { describe, expect, test } from 'vitest'
import { Gestures, type HandEvent } from './gestures.ts'

function hand(pans = false) {
  const did: string[] = []
  const gestures = new Gestures({
    pans: () => pans,
    press: (_, eraserEnd) => did.push(eraserEnd ? 'press eraser' : 'press'),
    draw: (samples) => did.push(`draw ${samples.length}`),
    lift: () => did.push('lift'),
    takeBack: () => did.push('take back'),
    pan: (dx, dy) => did.push(`pan ${dx} ${dy}`),
    pinch: () => did.push('pinch'),
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
  isPrimary: true,
  ...more,
})

describe('gestures', () => {
  test('all coalesced samples of a move are drawn', () => {
    const { gestures, did } = hand()
    gestures.down(event('mouse'))
    gestures.move(
      event('mouse', { getCoalescedEvents: () => [event('mouse'), event('mouse'), event('mouse')] }),
    )
    gestures.move(event('mouse', { getCoalescedEvents: () => [] }))
    gestures.up(event('mouse'))
    expect(did).toEqual(['press', 'draw 3', 'draw 1', 'lift'])
  })

  test('a second finger takes back the stroke and pinches; the finger that stays never paints', () => {
    const { gestures, did } = hand()
    gestures.down(event('touch'))
    gestures.move(event('touch', { clientX: 5 }))
    gestures.down(event('touch', { pointerId: 2 }))
    gestures.move(event('touch', { pointerId: 2, clientX: 50 }))
    gestures.up(event('touch', { pointerId: 2 }))
    gestures.move(event('touch', { clientX: 8, clientY: 1 }))
    gestures.up(event('touch'))
    expect(did).toEqual(['press', 'draw 1', 'take back', 'pinch', 'pan 3 1'])
  })

  test('once a pen was seen, a finger moves the page', () => {
    const { gestures, did } = hand()
    gestures.down(event('pen', { pointerId: 9 }))
    gestures.up(event('pen', { pointerId: 9 }))
    gestures.down(event('touch'))
    gestures.move(event('touch', { clientX: 4 }))
    gestures.up(event('touch'))
    expect(did).toEqual(['press', 'lift', 'pan 4 0'])
  })

  test('a palm that lands while the pen paints changes nothing', () => {
    const { gestures, did } = hand()
    gestures.down(event('pen', { pointerId: 9 }))
    gestures.down(event('touch'))
    gestures.move(event('pen', { pointerId: 9, clientX: 5 }))
    gestures.up(event('touch'))
    gestures.up(event('pen', { pointerId: 9 }))
    expect(did).toEqual(['press', 'draw 1', 'lift'])
  })

  test('the middle button and the hand tool pan; the right button does nothing', () => {
    const { gestures, did } = hand()
    gestures.down(event('mouse', { button: 1 }))
    gestures.move(event('mouse', { clientX: 2, clientY: 3 }))
    gestures.up(event('mouse'))
    gestures.down(event('mouse', { button: 2, buttons: 2 }))
    gestures.up(event('mouse', { button: 2 }))
    expect(did).toEqual(['pan 2 3'])
    const withHandTool = hand(true)
    withHandTool.gestures.down(event('mouse'))
    withHandTool.gestures.move(event('mouse', { clientX: 1 }))
    expect(withHandTool.did).toEqual(['pan 1 0'])
  })

  test('the eraser end of a pen erases, and a cancelled pointer takes its stroke back', () => {
    const { gestures, did } = hand()
    gestures.down(event('pen', { button: 5, buttons: 32 }))
    gestures.cancel(event('pen'))
    expect(did).toEqual(['press eraser', 'take back'])
  })
})

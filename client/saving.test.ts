import { describe, expect, test } from 'vitest'
import { SavingLedger } from './saving.ts'

function ledger() {
  const made = new SavingLedger()
  made.online = true
  made.own([7])
  return made
}

describe('saving', () => {
  test("saved only when the server's clock covers every change made here", () => {
    const made = ledger()
    const vector = new Map([[7, 3]])
    expect(made.state(vector)).toBe('saving')
    made.confirm({ 7: 2 })
    expect(made.state(vector)).toBe('saving')
    made.confirm({ 7: 3 })
    expect(made.state(vector)).toBe('saved')
  })

  test("other people's unsaved changes are not mine to wait for", () => {
    expect(ledger().state(new Map([[8, 5]]))).toBe('saved')
  })

  test('changes of an earlier visit that lay on this device count as well', () => {
    const made = ledger()
    made.own([3])
    expect(made.state(new Map([[3, 1]]))).toBe('saving')
    made.confirm({ 3: 1 })
    expect(made.state(new Map([[3, 1]]))).toBe('saved')
  })

  test('a clock never goes back', () => {
    const made = ledger()
    made.confirm({ 7: 3 })
    made.confirm({ 7: 1 })
    expect(made.state(new Map([[7, 3]]))).toBe('saved')
  })

  test('an undo is saved with the next confirmation', () => {
    const made = ledger()
    made.deleted()
    expect(made.state(new Map())).toBe('saving')
    made.confirm({})
    expect(made.state(new Map())).toBe('saved')
  })

  test('without a connection nothing counts as saved', () => {
    const made = ledger()
    made.online = false
    expect(made.state(new Map())).toBe('offline')
  })
})

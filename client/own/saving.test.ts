import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { addStroke, packStroke } from '../../shared/strokes.ts'
import { readChange, type OwnChange } from './ownChange.ts'
import { SavingLedger } from './saving.ts'
import { Spans, spansOf } from './spans.ts'

const stroke = (id: string) =>
  packStroke({ id, by: 'me', tool: 'brush', color: 0, width: 8, points: [0, 0, 255] })

/** Somebody who paints, and a ledger of it. */
function painter() {
  const doc = new Y.Doc()
  const changes: OwnChange[] = []
  doc.on('update', (update: Uint8Array) => {
    changes.push(readChange(update))
    ledger.note(changes.at(-1)!)
  })
  const ledger = new SavingLedger(() => changes)
  return {
    doc,
    ledger,
    paint: (id: string) => addStroke(doc, stroke(id)),
    undo: () => doc.getArray('strokes').delete(doc.getArray('strokes').length - 1, 1),
    clock: (n: number) => ({ [doc.clientID]: n }),
    deleted: () => new Spans(spansOf(Y.createDeleteSetFromStructStore(doc.store))),
    unsaved: () => [...ledger.unsaved].map((change) => changes.indexOf(change)),
  }
}

describe('saving', () => {
  test('C6 saved only when the server’s clock covers it', () => {
    const { ledger, paint, clock, unsaved } = painter()
    paint('a')
    paint('b')
    expect(unsaved()).toEqual([0, 1])
    ledger.confirm(clock(1))
    expect(unsaved()).toEqual([1])
    ledger.confirm(clock(2))
    expect(unsaved()).toEqual([])
  })

  test('C6 other people’s clocks say nothing about mine', () => {
    const { ledger, paint, doc, unsaved } = painter()
    paint('a')
    ledger.confirm({ [doc.clientID + 1]: 9 })
    expect(unsaved()).toEqual([0])
  })

  test('C6 a clock that comes late does not take back what is saved', () => {
    const { ledger, paint, clock, unsaved } = painter()
    paint('a')
    ledger.confirm(clock(1))
    ledger.confirm(clock(0))
    expect(unsaved()).toEqual([])
  })

  test('C2 the full clocks of a server that lost something do', () => {
    const { ledger, paint, clock, unsaved } = painter()
    paint('a')
    paint('b')
    ledger.confirm(clock(2))
    ledger.restart(clock(1))
    expect(unsaved()).toEqual([1])
  })

  test('C6 an undo is saved when it is confirmed itself, not with a clock', () => {
    const { ledger, paint, undo, clock, deleted, unsaved } = painter()
    paint('a')
    undo()
    ledger.confirm(clock(1))
    expect(unsaved()).toEqual([1])
    ledger.restartDeletes(new Spans())
    expect(unsaved()).toEqual([1])
    ledger.restartDeletes(deleted())
    expect(unsaved()).toEqual([])
    ledger.restartDeletes(new Spans())
    expect(unsaved()).toEqual([1])
  })
})

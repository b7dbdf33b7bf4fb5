import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { addStroke, packStroke, readStrokes } from '../../shared/strokes.ts'
import { LOCAL } from '../connection.ts'
import { OwnHistory } from './ownHistory.ts'

const stroke = (id: string, by = 'me') =>
  packStroke({ id, by, tool: 'brush', color: 0xff0000, width: 80, points: [0, 0, 255] })
const ids = (doc: Y.Doc) => readStrokes(doc).map(({ id }) => id)

test('H5 undo takes my strokes back one by one and leaves everybody else’s', () => {
  const doc = new Y.Doc()
  const history = new OwnHistory(doc, () => undefined)
  addStroke(doc, stroke('a'), LOCAL)
  addStroke(doc, stroke('theirs', 'ann'))
  addStroke(doc, stroke('b'), LOCAL)
  history.undo()
  expect(ids(doc)).toEqual(['a', 'theirs'])
  history.undo()
  expect(ids(doc)).toEqual(['theirs'])
  expect(history.canUndo).toBe(false)
})

test('redo brings a stroke back to where it lay, and a new stroke ends redoing', () => {
  const doc = new Y.Doc()
  const history = new OwnHistory(doc, () => undefined)
  addStroke(doc, stroke('a'), LOCAL)
  addStroke(doc, stroke('theirs', 'ann'))
  history.undo()
  history.redo()
  expect(ids(doc)).toEqual(['a', 'theirs'])
  history.undo()
  addStroke(doc, stroke('b'), LOCAL)
  expect(history.canRedo).toBe(false)
})

test('whoever shows the buttons is told whenever they may change', () => {
  const doc = new Y.Doc()
  const told: boolean[] = []
  const history: OwnHistory = new OwnHistory(doc, () => told.push(history.canUndo))
  addStroke(doc, stroke('a'), LOCAL)
  history.undo()
  expect(told.at(0)).toBe(true)
  expect(told.at(-1)).toBe(false)
})

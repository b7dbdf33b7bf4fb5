import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { addStroke, packStroke, strokesOf } from '../../shared/strokes.ts'
import { StrokeClocks } from './strokeClocks.ts'

const add = (doc: Y.Doc, id: string) =>
  addStroke(doc, packStroke({ id, by: 'ann', tool: 'brush', color: 1, width: 8, points: [8, 8, 255] }))

test('strokes that were there, mine and others’ count by the clocks of who wrote them', () => {
  const [mine, other] = [new Y.Doc(), new Y.Doc()]
  add(mine, 'a')
  mine.getMap('page').set('title', 'A title counts as well')
  add(mine, 'b')
  const clocks = new StrokeClocks(mine)
  strokesOf(mine).observe((event) => clocks.observe(event))
  add(other, 'x')
  add(other, 'y')
  Y.applyUpdate(mine, Y.encodeStateAsUpdate(other))
  add(mine, 'c')
  const held = (vector: Record<string, number>) =>
    ['a', 'b', 'c', 'x', 'y', 'nowhere'].filter((id) => clocks.isWithin(id, vector)).join('')
  expect(held({})).toBe('')
  expect(held({ [mine.clientID]: 2 })).toBe('a')
  expect(held({ [mine.clientID]: 3, [other.clientID]: 1 })).toBe('abx')
  expect(held({ [mine.clientID]: 4, [other.clientID]: 2 })).toBe('abcxy')
})

import { expect, test } from 'vitest'
import { readShortcuts, usualKeys, writeShortcuts } from './keptShortcuts.ts'

test('what is damaged is as for a newcomer', () => {
  const damaged = [
    null,
    '',
    '{',
    '7',
    'null',
    '[]',
    '{"keys":7}',
    '{"keys":{"undo":"Z","redo":[7],"fit":["Tab"]}}',
  ]
  for (const text of damaged) expect(readShortcuts(text)).toEqual({ keys: usualKeys(), singleKeys: true })
})

test('what was chosen comes back, and only that is written', () => {
  const keys = { ...usualKeys(), 'tool:brush': ['Q'], smaller: [] }
  const text = writeShortcuts({ keys, singleKeys: false })
  expect(readShortcuts(text)).toEqual({ keys, singleKeys: false })
  expect(Object.keys((JSON.parse(text) as { keys: object }).keys)).toEqual(['tool:brush', 'smaller'])
})

test('a chosen chord is taken from the command that usually has it', () => {
  const { keys } = readShortcuts('{"keys":{"undo":["E"]}}')
  expect(keys.undo).toEqual(['E'])
  expect(keys['tool:eraser']).toEqual([])
})

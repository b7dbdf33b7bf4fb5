import { expect, test } from 'vitest'
import { packStroke } from '../../shared/strokes.ts'
import { strokesFile } from './strokesFile.ts'

test('C4 strokes that could not be sent are a file that says what they are', async () => {
  const stroke = packStroke({
    id: 'a',
    by: 'me',
    tool: 'brush',
    color: 0xff,
    width: 80,
    points: [8, 16, 255, 12, 20, 9],
  })
  expect(JSON.parse(await strokesFile('room', [stroke]).text())).toEqual({
    format: 'nurie-strokes',
    version: 1,
    room: 'room',
    strokes: [
      {
        id: 'a',
        by: 'me',
        tool: 'brush',
        color: '#0000ff',
        width: 80,
        points: [
          [8, 16, 255],
          [12, 20, 9],
        ],
      },
    ],
  })
})

import { expect, test } from 'vitest'
import { readOptions, usualOptions } from './keptOptions.ts'

test('what was remembered is read', () => {
  const options = { pressure: false, stabilizer: 35, gap: 0, pickFrom: 'hints' as const }
  expect(readOptions(JSON.stringify(options))).toEqual(options)
})

test('what is missing, damaged or out of range is as for a newcomer', () => {
  for (const text of [null, '', '{', '7', 'null', '[]', '{"stabilizer":1e9,"gap":-1,"pressure":"no"}'])
    expect(readOptions(text)).toEqual(usualOptions)
  expect(readOptions('{"stabilizer":20,"gap":null,"pickFrom":"moon"}')).toEqual({
    ...usualOptions,
    stabilizer: 20,
  })
})

import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { openReferenceStore } from './referenceStore.ts'

test('references are kept by room, oldest first, until they are removed', async () => {
  const here = (await openReferenceStore('here', 'references-test'))!
  const picture = new Blob(['x'], { type: 'image/png' })
  await here.put({ id: 'b', name: 'Second', picture, at: 2 })
  await here.put({ id: 'a', name: 'First', picture, at: 1 })
  const there = (await openReferenceStore('there', 'references-test'))!
  expect(await there.all()).toEqual([])
  here.close()
  const again = (await openReferenceStore('here', 'references-test'))!
  expect((await again.all()).map(({ name }) => name)).toEqual(['First', 'Second'])
  await again.remove('a')
  expect((await again.all()).map(({ name }) => name)).toEqual(['Second'])
})

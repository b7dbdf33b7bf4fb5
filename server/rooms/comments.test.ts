import { expect, it } from 'vitest'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import { newRoom } from './access.ts'
import { openComments } from './comments.ts'

const ann = { id: 'ann', name: 'Ann', color: '#ff0000', role: 'edit' } as const

it('Q16 what one server made of a comment is not undone by another that has not heard of it', async () => {
  const store = memoryStore()
  const { record } = newRoom({ title: '', width: 1, height: 1 })
  await store.addRoom(record, Uint8Array.of(1))
  const nothing = () => {}
  const [a, b] = [0, 1].map(() =>
    openComments({
      room: record.id,
      records: [],
      store,
      isShared: true,
      refuse: nothing,
      onStored: nothing,
      onChange: nothing,
    }),
  ) as [ReturnType<typeof openComments>, ReturnType<typeof openComments>]
  const { id } = await a.write(ann, { x: 1, y: 2 }, 'first')
  await b.resolve(id, true)
  await a.rewrite(ann, id, 'second')
  await b.resolve(id, false)
  expect(await store.comments(record.id)).toMatchObject([
    { id, text: 'second', resolved: false, edited: true },
  ])
  await a.remove(ann, id)
  await expect(b.resolve(id, true)).rejects.toMatchObject({ code: 'comment-not-found' })
  await expect(b.write(ann, { on: id }, 'an answer')).rejects.toMatchObject({ code: 'comment-not-found' })
  expect(await store.comments(record.id)).toEqual([])
})

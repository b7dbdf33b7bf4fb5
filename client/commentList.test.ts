import { expect, test } from 'vitest'
import type { PageComment } from '../shared/protocol.ts'
import { firstWords, threadsOf, withChange, type CommentList } from './commentList.ts'

const comment = (id: string, at: number, on: string | null = null, text = id): PageComment => ({
  ...{ id, at, on, text, by: 'ann', x: 8, y: 8, edited: false, resolved: false },
})
const list: CommentList = { version: 4, comments: [comment('a', 1), comment('b', 2, 'a'), comment('c', 3)] }
const ids = (of: CommentList | undefined) => of?.comments.map(({ id }) => id)

test('M8 a list follows changes in their order; what it knows already is no news, and after a gap it is asked for again', () => {
  const added = withChange(list, { version: 5, changed: comment('d', 4, 'c') })
  expect(ids(added)).toEqual(['a', 'b', 'c', 'd'])
  const changed = withChange(added!, { version: 6, changed: { ...comment('a', 1), resolved: true } })
  expect(changed!.comments[0]).toMatchObject({ id: 'a', resolved: true })
  expect(ids(withChange(changed!, { version: 7, removed: ['a', 'b'] }))).toEqual(['c', 'd'])
  expect(withChange(list, { version: 4, removed: ['a'] })).toBe(list)
  expect(withChange(list, { version: 6, removed: ['a'] })).toBeUndefined()
})

test('M9 threads are told newest first, by what was said in them last', () => {
  const threads = threadsOf([...list.comments, comment('d', 9, 'a'), comment('e', 5)])
  expect(threads.map((each) => [each.comment.id, each.last])).toEqual([
    ['a', 9],
    ['e', 5],
    ['c', 3],
  ])
  expect(threads[0]!.answers.map(({ id }) => id)).toEqual(['b', 'd'])
})

test('M9 a comment is named by its first words', () => {
  expect(firstWords('Darker\n here?')).toBe('Darker here?')
  expect(firstWords('The shade under the wing should be a bit darker')).toBe(
    'The shade under the wing should be a…',
  )
  expect(firstWords('x'.repeat(80))).toBe(`${'x'.repeat(40)}…`)
})

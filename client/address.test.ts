import { expect, test } from 'vitest'
import { readAddress, roomPath } from './address.ts'

test('a room link reads back as its room and key', () => {
  const { pathname, hash } = new URL(roomPath('Ab-_9', 'key~1.2'), 'http://nurie.test')
  expect(readAddress({ pathname, hash })).toEqual({ page: 'room', room: 'Ab-_9', key: 'key~1.2' })
})

test('whatever is no room link is the start page', () => {
  for (const pathname of ['/', '/r/', '/r/a/b', '/rooms/x']) {
    expect(readAddress({ pathname, hash: '#k' })).toEqual({ page: 'start' })
  }
})

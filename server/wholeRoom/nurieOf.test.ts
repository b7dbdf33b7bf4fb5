import * as Y from 'yjs'
import { expect, it } from 'vitest'
import { decodeNurie } from '../../files/nurieFile.ts'
import { unzip } from '../../files/unzip.ts'
import { encodeMaking } from '../../shared/making.ts'
import { limits } from '../../shared/limits.ts'
import { nurieOf } from './nurieOf.ts'
import type { WholeRoom } from './readWhole.ts'

const room: WholeRoom = {
  title: 'Cats',
  width: 4,
  height: 4,
  savedAt: 1,
  linePng: Uint8Array.of(1, 2, 3),
  document: Y.encodeStateAsUpdate(new Y.Doc()),
  documents: [],
  log: { from: 1, making: encodeMaking({ steps: [] }) },
  isMakingWhole: true,
  versions: [],
  finished: [],
  comments: [],
  guests: [],
}
const toldIn = (bytes: Uint8Array) => {
  const json = unzip(bytes, (name) => name === 'nurie.json', { entries: 99, bytes: 1e6 }).get('nurie.json')
  return (JSON.parse(new TextDecoder().decode(json)) as { lacks?: string }).lacks
}

it('I12 a file without all of the making says so, to the reader and to the one who gets it; another does not', () => {
  const whole = nurieOf(room, '1')
  expect([whole.lacks, toldIn(whole.bytes)]).toEqual([undefined, undefined])
  const unjoined = nurieOf({ ...room, isMakingWhole: false }, '1')
  expect([unjoined.lacks, toldIn(unjoined.bytes)]).toEqual(['making', 'making'])
  const version = { id: 'v', kind: 'automatic', name: '', guest: '', at: 1, seq: 0, strokes: 0 } as const
  const thumbnail = new Uint8Array(limits.fileBytes)
  const large = nurieOf({ ...room, versions: [{ ...version, thumbnail }] }, '1')
  expect([large.lacks, toldIn(large.bytes)]).toEqual(['making', 'making'])
  expect(decodeNurie(large.bytes).versions).toEqual([])
})

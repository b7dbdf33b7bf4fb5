import { beforeEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { strokeOf, testColoring } from '../app.fixture.ts'
import { openLocalBus } from '../cluster/localBus.ts'
import type { Wet } from '../coloring/queue/wet.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { removeStrokes } from '../../shared/strokes.ts'
import { openJournal } from '../storage/journal.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import type { Frame } from './frameShelf.ts'
import type { Room } from './room.ts'
import { openRooms } from './rooms.ts'

const sender = { guest: 'ann', role: 'edit' as const }
let room: Room
let coloring: ReturnType<typeof testColoring>
let wet: () => Wet
/** Lets the disk go on. */
let commit: () => void
const told: Frame[] = []

beforeEach(async () => {
  told.length = 0
  const store = memoryStore()
  coloring = testColoring()
  commit = () => {}
  const journal = openJournal({
    append: async (updates) => {
      await new Promise<void>((resolve) => (commit = resolve))
      return store.append(updates)
    },
    onFailure: () => {},
  })
  const opened = await coloring.open({ frame() {}, status() {} })
  const rooms = openRooms({
    bus: openLocalBus(),
    store,
    journal,
    coloring: {
      ...opened,
      touch(...touched) {
        wet = touched[3]!
        opened.touch(...touched)
      },
    },
    limits: readConfig({}).limits,
    log: openLog('silent'),
    disk: () => 'well',
  })
  rooms.listen({ frame: (_room, frame) => void told.push(frame) })
  const { id } = await rooms.create({ title: '', width: 64, height: 64, png: Uint8Array.of(1) })
  room = (await rooms.hold(id))!.room
})

it('Q32 a room tells what the log has not yet: strokes let in and under pens, and whether more than strokes on top is under way', async () => {
  const doc = new Y.Doc()
  doc.getArray('strokes').push([strokeOf('a', 'ann')])
  expect(room.offer(Y.encodeStateAsUpdate(doc), sender, undefined)).toBeUndefined()
  const chunk = { ...strokeOf('b', 'ann'), stroke: 'b', seq: 2 }
  const { id: _, by: __, ...live } = chunk
  expect(room.live('ann', live)).toBe(true)
  expect(wet().strokes.map(({ id }) => id)).toEqual(['a', 'b'])
  expect(wet().covers).toEqual({ clock: { [doc.clientID]: 1 }, live: { b: 2 }, lifted: [] })
  expect(wet().settled).toBeUndefined()
  await expect.poll(() => (commit(), wet().strokes.map(({ id }) => id))).toEqual(['b'])
  expect(wet().covers.clock).toEqual({})
  const before = Y.encodeStateVector(doc)
  removeStrokes(doc, new Set(['a']))
  room.offer(Y.encodeStateAsUpdate(doc, before), sender, undefined)
  expect(wet().settled).toBeDefined()
  await expect.poll(() => (commit(), wet().settled)).toBeUndefined()
})

it('Q34 a patch over a frame that did not come is not shown: the whole is asked for', () => {
  const header = { stage: 'draft', width: 2, height: 2, ms: 1, engine: 'cpu' } as const
  const covers = { clock: { 5: 3 }, live: {}, lifted: [] }
  const patch = { x: 0, y: 0, width: 1, height: 1 }
  const bytes = Uint8Array.of(1)
  room.putFrame({ ...header, covers, revision: 10 }, bytes)
  room.putFrame({ ...header, covers, revision: 11, patch }, bytes, { revision: 10, stage: 'draft' })
  room.putFrame({ ...header, covers, revision: 13, patch }, bytes, { revision: 12, stage: 'draft' })
  expect(told.map(({ header }) => header.revision)).toEqual([10, 11])
  expect(told[1]!.header.covers).toEqual(covers)
  expect(coloring.wholes).toEqual([`${room.id} draft`])
  // The next change is newer than whatever was made elsewhere.
  expect(room.revision()).toBe(13)
})

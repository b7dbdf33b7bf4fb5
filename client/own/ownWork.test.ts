import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { addStroke, packStroke } from '../../shared/strokes.ts'
import { openDeviceStore, type DeviceStore } from './deviceStore.ts'
import { readChange, type OwnChange } from './ownChange.ts'
import { OwnWork } from './ownWork.ts'

let devices = 0

/** A device whose disk can be full. */
async function openDevice() {
  const name = `own-work-${++devices}`
  const disk = (await openDeviceStore('room', name))!
  let isFull = false
  const unlessFull = <Result>(write: () => Promise<Result>) =>
    isFull ? Promise.reject<Result>(new Error('full')) : write()
  const store: DeviceStore = {
    ...disk,
    exchange: (...change) => unlessFull(() => disk.exchange(...change)),
    dropAside: (ids) => unlessFull(() => disk.dropAside(ids)),
  }
  return {
    store,
    set isFull(is: boolean) {
      isFull = is
    },
    /** What a later visit finds. */
    later: async () => OwnWork.open(await openDeviceStore('room', name)),
  }
}

function changesOf(...ids: string[]): OwnChange[] {
  const doc = new Y.Doc()
  const changes: OwnChange[] = []
  doc.on('update', (update: Uint8Array) => changes.push(readChange(update)))
  for (const id of ids) {
    addStroke(doc, packStroke({ id, by: 'me', tool: 'brush', color: 0, width: 8, points: [0, 0, 255] }))
  }
  return changes
}

const idsOf = (work: OwnWork) =>
  [...work.changes].flatMap(({ strokes }) => strokes.map(({ stroke }) => stroke.id))
const asideOf = (work: OwnWork) => work.aside.map(({ stroke }) => stroke.id)
const why = { code: 'stroke-refused', text: 'No.' }

test('C7 what is added is kept only when the disk has it', async () => {
  const device = await openDevice()
  const work = await OwnWork.open(device.store)
  work.add(changesOf('a')[0]!)
  expect(work.isKept).toBe(false)
  await work.settled()
  expect([work.isKept, work.isFailing]).toEqual([true, false])
  expect(idsOf(await device.later())).toEqual(['a'])
})

test('C5 a full disk is told and asked again; nothing that happened meanwhile is forgotten or comes back', async () => {
  const device = await openDevice()
  const work = await OwnWork.open(device.store)
  const [a, b, c, d] = changesOf('a', 'b', 'c', 'd')
  work.add(a!)
  work.add(b!)
  await work.setAside([b!], why)
  device.isFull = true
  work.add(c!)
  await work.setAside([a!], why)
  await work.dropAside(['b'])
  expect([work.isKept, work.isFailing]).toEqual([false, true])
  await work.refresh()
  expect([idsOf(work), asideOf(work)]).toEqual([['c'], ['a']])
  device.isFull = false
  work.add(d!)
  await work.settled()
  expect([work.isKept, work.isFailing]).toEqual([true, false])
  const later = await device.later()
  expect([idsOf(later), asideOf(later)]).toEqual([['c', 'd'], ['a']])
  await work.close()
})

test('C4 a stroke that is tried again and refused again at once is still set aside', async () => {
  const device = await openDevice()
  const work = await OwnWork.open(device.store)
  const [first] = changesOf('a')
  work.add(first!)
  await work.setAside([first!], why)
  const [second] = changesOf('a')
  work.add(second!)
  const dropped = work.dropAside(['a'])
  await Promise.all([dropped, work.setAside([second!], why)])
  expect(asideOf(work)).toEqual(['a'])
  expect(asideOf(await device.later())).toEqual(['a'])
})

test('C3 of two tabs that replace the same one does it', async () => {
  const device = await openDevice()
  const one = await OwnWork.open(device.store)
  one.add(changesOf('a')[0]!)
  await one.settled()
  const other = await device.later()
  const [mine, theirs] = [changesOf('a'), changesOf('a')]
  const done = [await one.replace([...one.changes], mine), await other.replace([...other.changes], theirs)]
  expect(done).toEqual([true, false])
  await other.refresh()
  expect([...other.changes].map(({ update }) => update)).toEqual(mine.map(({ update }) => update))
})

import 'fake-indexeddb/auto'
import WebSocket from 'ws'
import * as Y from 'yjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectYjs, createRoom, enter, startServer, type TestServer } from '../../server/app.fixture.ts'
import { packStroke, strokesOf } from '../../shared/strokes.ts'
import { openKeptRoom, type RoomConnection } from '../connection.ts'
import { openTab, openWire } from '../painter.fixture.ts'
import { openDeviceStore } from './deviceStore.ts'
import { OwnWork } from './ownWork.ts'
import { roomCopies, type RoomCopy } from './roomCopies.ts'

let server: TestServer
let wire: Awaited<ReturnType<typeof openWire>>
let back: RoomConnection | undefined

beforeEach(async () => {
  server = await startServer()
  wire = await openWire(server)
})
afterEach(async () => {
  await back?.close()
  back = undefined
  wire.close()
  await server.end()
})

const idsOf = (connection: RoomConnection) =>
  strokesOf(connection.doc).map((stroke) => (stroke as { id: string }).id)

const until = (connection: RoomConnection, test: () => boolean) =>
  new Promise<void>((resolve) => {
    const look = () => test() && resolve()
    connection.on('saving', look)
    look()
  })

function stroke(id: string, by: string) {
  return packStroke({
    id,
    by,
    tool: 'brush',
    color: 0x00ff00,
    width: 64,
    points: [800, 800, 255, 900, 900, 255],
  })
}

/** A visit whose last stroke was not sent, the copy made before that; then the room as the device has it, without the server. */
async function comeBackOffline(device: string) {
  const place = { ...(await createRoom(server)), url: wire.url }
  const tab = await openTab(place, { name: device })
  await tab.saved()
  tab.paint('saved')
  await tab.saved()
  const { token, ...session } = tab.connection.session
  const copy: RoomCopy = { session, state: Y.encodeStateAsUpdate(tab.connection.doc), lineArt: new Blob() }
  wire.cut()
  await tab.until(() => tab.state === 'offline')
  tab.paint('unsent')
  await tab.end()
  const work = await OwnWork.open(await openDeviceStore(place.room, device))
  const entrance = { key: place.keys.edit, previous: token }
  const options = { origin: wire.url, room: place.room, entrance, WebSocket: WebSocket as never }
  back = openKeptRoom(options, copy, work)
  return { place, connection: back }
}

async function onServer(place: Awaited<ReturnType<typeof createRoom>>): Promise<string[]> {
  const stranger = connectYjs(server, await enter(server, place, 'view'))
  await stranger.synced()
  stranger.close()
  return stranger.ids()
}

test('O7 a room opens from the device’s copy without the server, and what is painted then is on it once, after the rest', async () => {
  const { place, connection } = await comeBackOffline('kept-room')
  expect(connection.isSynced).toBe(true)
  expect(idsOf(connection)).toEqual(['saved', 'unsent'])
  connection.commit(stroke('offline', connection.session.guest.id))
  expect(connection.saving).toBe('offline')
  wire.mend()
  await until(connection, () => connection.saving === 'saved')
  expect(await onServer(place)).toEqual(['saved', 'unsent', 'offline'])
  expect(idsOf(connection)).toEqual(['saved', 'unsent', 'offline'])
})

test('O7 what others painted meanwhile comes in, and nobody’s work is lost', async () => {
  const { place, connection } = await comeBackOffline('kept-room-of-two')
  const other = await openTab({ ...place, url: server.url }, { name: 'another' })
  await other.saved()
  other.paint('theirs')
  await other.saved()
  connection.commit(stroke('offline', connection.session.guest.id))
  wire.mend()
  await until(connection, () => connection.saving === 'saved')
  expect(new Set(idsOf(connection))).toEqual(new Set(['saved', 'theirs', 'unsent', 'offline']))
  expect(new Set(await onServer(place))).toEqual(new Set(idsOf(connection)))
  await other.end()
})

test('O7 a device keeps the copies of the rooms it was in last, and forgets one when told to', async () => {
  const copies = roomCopies('copies-of-a-test')
  const session = { role: 'edit' } as RoomCopy['session']
  for (let i = 0; i < 22; i++) {
    await copies.put(`room-${i}`, { session, state: Uint8Array.of(i), lineArt: new Blob(['ink']) })
  }
  expect(await copies.get('room-0')).toBeUndefined()
  expect((await copies.get('room-21'))?.state).toEqual(Uint8Array.of(21))
  await copies.forget('room-21')
  expect(await copies.get('room-21')).toBeUndefined()
})

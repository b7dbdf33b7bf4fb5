/** What the gate costs in a room that is as full as may be: judging one ordinary stroke, and all that letting it in does. */
import * as Y from 'yjs'
import { addStroke, packStroke, strokesOf } from '../shared/strokes.ts'
import { limits as shared } from '../shared/limits.ts'
import { readConfig } from '../server/config.ts'
import { openLog } from '../server/log.ts'
import { Claims } from '../server/rooms/claims.ts'
import { openDocument } from '../server/rooms/document.ts'
import { judge } from '../server/rooms/gate.ts'
import { percentile, type Row } from './report.ts'

const POINTS = 50
/** Guests who painted in turns: how many runs of strokes the document has. */
const TURNS = 40

const strokeOf = (id: string) =>
  packStroke({
    id,
    by: 'guest',
    tool: 'brush',
    color: 0x3060c0,
    width: 64,
    points: Array.from({ length: 3 * POINTS }, (_, i) => (i % 3 === 2 ? 255 : 800 + 3 * i)),
  })

/** As an update, the document of a full room but for the strokes that are to come. */
function fullRoom(left: number): Uint8Array {
  const room = new Y.Doc()
  const each = Math.floor((shared.strokes - left) / TURNS)
  for (let turn = 0; turn < TURNS; turn++) {
    const guest = new Y.Doc()
    Y.applyUpdate(guest, Y.encodeStateAsUpdate(room))
    guest.transact(() =>
      strokesOf(guest).push(Array.from({ length: each }, (_, i) => strokeOf(`${turn}-${i}`))),
    )
    Y.applyUpdate(room, Y.encodeStateAsUpdate(guest, Y.encodeStateVector(room)))
  }
  return Y.encodeStateAsUpdate(room)
}

export function benchGate({ strokes }: { strokes: number }): Row[] {
  const bytes = fullRoom(strokes)
  const painter = new Y.Doc()
  Y.applyUpdate(painter, bytes)
  const updates: Uint8Array[] = []
  painter.on('update', (update: Uint8Array) => updates.push(update))
  for (let i = 0; i < strokes; i++) addStroke(painter, strokeOf(`new-${i}`))

  const { limits } = readConfig({ NURIE_LIMIT_ROOM_BYTES: String(4 * bytes.length) })
  const log = { snapshot: { seq: 1, bytes }, entries: [], claims: new Map([[painter.clientID, 'guest']]) }
  const document = openDocument({
    room: 'bench',
    log,
    store: { log: () => Promise.resolve(log), entries: () => Promise.resolve([]) },
    journal: { write: () => Promise.resolve(1) },
    limits,
    logger: openLog('silent'),
    readOnly: () => undefined,
    isShared: false,
    onChange() {},
    onDurable() {},
    onSaved() {},
    onRefused() {},
  })
  const judged = new Y.Doc()
  Y.applyUpdate(judged, bytes)
  const claims = new Claims(judged, log.claims)
  const sender = { guest: 'guest', role: 'edit' } as const
  const judging: number[] = []
  const letting: number[] = []
  for (const update of updates) {
    const began = performance.now()
    const { verdict } = judge(judged, claims, update, sender, limits)
    const done = performance.now()
    const offered = document.offer(update, sender, undefined)
    const ended = performance.now()
    if (verdict !== 'news' || !offered || typeof offered === 'string' || 'refused' in offered)
      throw new Error('an ordinary stroke was not let in')
    Y.applyUpdate(judged, update)
    judging.push(1000 * (done - began))
    letting.push(1000 * (ended - done))
  }
  const room = `a stroke of ${POINTS} points into a room of ${shared.strokes}`
  return [
    { what: `${room}: the gate, median`, value: percentile(judging, 0.5), unit: 'µs', target: '<= 100' },
    { what: `${room}: the gate, 95 %`, value: percentile(judging, 0.95), unit: 'µs' },
    { what: `${room}: all of letting it in, median`, value: percentile(letting, 0.5), unit: 'µs' },
  ]
}

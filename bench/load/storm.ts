/** Everybody comes at the same moment, to pages that are full: how long until each has the page, and what one costs the server. */
import type { Generators } from './generators.ts'
import { openLeanGuest } from './leanGuest.ts'
import type { Peer, PeerName } from './peers.ts'
import { spreadOf, type Spread } from './point.ts'
import { useOf } from './processUse.ts'
import { idOf, strokeOf, type Workload } from './workload.ts'

export type Storm = {
  peer: PeerName
  people: number
  rooms: number
  /** On each page; everybody found at least so many. */
  strokes: number
  found: number
  /** Milliseconds from the moment all came until one had the page. */
  toPage: Spread
  longest: number
  /** Seconds of CPU of the server. */
  cpu: number
}

const PEOPLE_A_ROOM = 40
/** Painted at once, and how long is waited then: within what a connection may send. */
const AT_ONCE = 50
const PAUSE_MS = 100
/** No load of a run has this number. */
const NUMBER = 999

export async function measureStorm(
  peer: Peer,
  generators: Generators,
  { people, strokes }: { people: number; strokes: number },
): Promise<Storm> {
  const rooms = Math.ceil(people / PEOPLE_A_ROOM)
  const guests = Math.min(people, PEOPLE_A_ROOM)
  const load: Workload = { rooms, guests, drawing: 0, seconds: 1, rate: 1, live: 0 }
  // One more a room, who painted the page and stays: a relay forgets a room in which nobody is.
  const places = await peer.places(rooms, guests + 1, true)
  const painters = await Promise.all(
    places.map(async ({ room, seats }, i) => {
      const { url, subprotocols, guest } = seats[guests]!
      const painter = await openLeanGuest({
        protocol: peer.protocol,
        url,
        room,
        subprotocols,
        isPainter: true,
        onStrokes() {},
        onClosed(code) {
          throw new Error(`a painter was put out with ${code}`)
        },
      })
      for (let n = 0; n < strokes; n++) {
        painter.paint(strokeOf(idOf(NUMBER, i, n), guest, n))
        if (n % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
      return painter
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, 5 * PAUSE_MS))
  const before = useOf(peer.pids)
  const { ms, found } = await generators.join(load, peer.protocol, places, Infinity)
  const after = useOf(peer.pids)
  await generators.leave()
  for (const painter of painters) painter.leave()
  return {
    peer: peer.name,
    people: rooms * guests,
    rooms,
    strokes,
    found,
    toPage: spreadOf(ms),
    longest: Math.max(...ms),
    cpu: after.cpu - before.cpu,
  }
}

/** People who do nothing: what one costs a server in memory, and all of them in CPU. */
import type { Generators } from './generators.ts'
import type { Peer, PeerName } from './peers.ts'
import { useOf } from './processUse.ts'
import type { Workload } from './workload.ts'

export type Rest = {
  peer: PeerName
  people: number
  rooms: number
  sockets: number
  /** Resident bytes grown a person, their rooms included. */
  bytes: number
  /** Seconds of CPU a second, of all of them together. */
  cpu: number
}

const PEOPLE_A_ROOM = 4
const nobodyDraws = { guests: PEOPLE_A_ROOM, drawing: 0, seconds: 1, rate: 1, live: 0 }

export async function measureRest(
  peer: Peer,
  generators: Generators,
  { people, seconds }: { people: number; seconds: number },
): Promise<Rest> {
  const rooms = Math.ceil(people / PEOPLE_A_ROOM)
  const load: Workload = { rooms, ...nobodyDraws }
  const places = await peer.places(rooms, PEOPLE_A_ROOM)
  const rest = () => new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
  await rest()
  const before = useOf(peer.pids)
  await generators.join(load, peer.protocol, places)
  await rest()
  const joined = useOf(peer.pids)
  await rest()
  const after = useOf(peer.pids)
  await generators.leave()
  const came = rooms * PEOPLE_A_ROOM
  return {
    peer: peer.name,
    people: came,
    rooms,
    sockets: came * (places[0]?.seats[0]?.events ? 2 : 1),
    bytes: (after.resident - before.resident) / came,
    cpu: (after.cpu - joined.cpu) / seconds,
  }
}

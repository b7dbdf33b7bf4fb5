import { openGenerators } from './generators.ts'
import { startPeer, type PeerName } from './peers.ts'
import { measurePoint } from './point.ts'
const [name, rooms = '10', seconds = '3', rate = '1', guests = '4', live = '0', drawing = '0.5'] =
  process.argv.slice(2)
const peer = await startPeer(name as PeerName)
const generators = openGenerators(2)
const p = await measurePoint(peer, generators, {
  rooms: +rooms,
  guests: +guests,
  drawing: +drawing,
  seconds: +seconds,
  rate: +rate,
  live: +live,
})
console.log(JSON.stringify(p, null, 1))
generators.close()
await peer.stop()
process.exit(0)

/**
 * `npm run bench [-- --quick]`: what DESIGN section 4 measures, as far as it exists; prints a table and writes JSON.
 * `npm run bench -- --everywhere`: how soon the page is there on a slow device, and how heavy it is.
 * `npm run bench -- --engines`: what each option of the engine is worth on this machine.
 * `npm run bench -- --crowd`: 5,000 sockets at rest, and a full page that 20 people open at once.
 */
import { parseArgs } from 'node:util'
import { benchCrowded } from './crowded.ts'
import { benchEngines } from './engines.ts'
import { benchEverywhere } from './everywhere.ts'
import { benchGate } from './gate.ts'
import { benchHand } from './hand.ts'
import { benchIdle } from './idle.ts'
import { benchJoin } from './join.ts'
import { benchDrawing } from './drawing.ts'
import { writeCapacity } from './load/writeCapacity.ts'
import { benchNetworks } from './networks.ts'
import { benchPatches } from './patches.ts'
import { benchPreview } from './preview.ts'
import { report, type Row } from './report.ts'
import { benchRoom } from './room.ts'
import { benchSlowReader } from './slowReader.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    engines: { type: 'boolean', default: false },
    everywhere: { type: 'boolean', default: false },
    crowd: { type: 'boolean', default: false },
  },
})

const everything = async (): Promise<Row[]> => [
  ...(await benchEverywhere({ visits: values.quick ? 1 : 5 })),
  ...(await benchRoom({ strokes: values.quick ? 5 : 40 })),
  ...(await benchHand({ rows: values.quick ? 3 : 14 })),
  ...(await benchPreview({ rows: values.quick ? 3 : 14 })),
  ...(await benchCrowded({ strokes: values.quick ? 1_000 : 10_000 })),
  ...(await benchDrawing({ rooms: 1, seconds: values.quick ? 3 : 15 })),
  ...(await benchDrawing({ rooms: values.quick ? 4 : 20, seconds: values.quick ? 5 : 30 })),
  ...(await benchPatches({ strokes: values.quick ? 4 : 30 })),
  ...benchGate({ strokes: values.quick ? 200 : 1000 }),
  ...(await benchSlowReader({ seconds: values.quick ? 4 : 20 })),
  ...(await benchNetworks({ runs: values.quick ? 5 : 30 })),
]

const crowd = async (): Promise<Row[]> => [
  ...(await benchIdle({ sockets: values.quick ? 500 : 5_000 })),
  ...(await benchJoin({ strokes: values.quick ? 2_000 : 20_000, people: 20 })),
]

if (values.crowd) await report(await crowd(), 'crowd')
else if (values.everywhere)
  await report(await benchEverywhere({ visits: values.quick ? 1 : 5 }), 'everywhere')
else if (values.engines) await report(await benchEngines({ runs: values.quick ? 5 : 60 }), 'engines')
else {
  await report(await everything(), 'bench')
  await writeCapacity()
}
process.exit(0)

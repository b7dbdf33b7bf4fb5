/** `npm run bench [-- --quick]`: what DESIGN section 4 measures, as far as it exists; prints a table and writes JSON. */
import { parseArgs } from 'node:util'
import { benchLoad } from './load.ts'
import { benchNetworks } from './networks.ts'
import { benchPreview } from './preview.ts'
import { report } from './report.ts'
import { benchRoom } from './room.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const rows = [
  ...(await benchRoom({ strokes: values.quick ? 5 : 40 })),
  ...(await benchPreview({ rows: values.quick ? 3 : 14 })),
  ...(await benchLoad({ rooms: 1, seconds: values.quick ? 3 : 15 })),
  ...(await benchLoad({ rooms: values.quick ? 4 : 20, seconds: values.quick ? 5 : 30 })),
  ...(await benchNetworks({ runs: values.quick ? 5 : 30 })),
]
await report(rows)
process.exit(0)

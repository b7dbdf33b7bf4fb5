/** The server as it is, but for its networks: nothing is colored. What everything else costs by itself. */
import { openApp } from '../../server/app.ts'
import type { Coloring } from '../../server/coloring/coloring.ts'
import { readConfig } from '../../server/config.ts'
import { openImages } from '../../server/images/images.ts'
import { openLog } from '../../server/log.ts'

const never = () => Promise.reject(new Error('nothing is colored here'))
const coloring: Coloring = {
  info: () => ({ engine: 'none', device: 'none', models: [] }),
  isReady: () => false,
  load: () => Promise.resolve({ workers: 0, rooms: 0 }),
  open() {},
  touch() {},
  attend() {},
  whole: () => Promise.resolve(),
  want() {},
  setFinished() {},
  finish: never,
  forget() {},
  layer: () => Promise.resolve(null),
  once: never,
  past: never,
  making: never,
  close: () => Promise.resolve(),
}

const config = readConfig(process.env)
const log = openLog(config.log)
const app = await openApp(
  config,
  { version: 'bench', openColoring: () => Promise.resolve(coloring), openImages: () => openImages({ log }) },
  log,
)
process.stdout.write(`Nurie is open at ${app.url}\n`)
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)))

/**
 * A process to be killed: the whole server but for networks and uploads, which start slowly and keep nothing. It makes
 * snapshots and shortens its log all the time, so that kills hit that too.
 */
import { testColoring, testImages } from '../app.fixture.ts'
import { openApp } from '../app.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import { openSqlite } from '../storage/sqlite/sqlite.ts'

const config = readConfig(process.env)
const app = await openApp(
  config,
  {
    version: '0',
    openColoring: testColoring().open,
    openImages: testImages,
    openStore: (file) => openSqlite(file, { entries: 60, bytes: 1e9 }),
    snapshotEvery: 10,
    examineAfterMs: 0,
    exportWaitMs: 1,
  },
  openLog(config.log),
)
process.stdout.write(`${app.url}\n`)

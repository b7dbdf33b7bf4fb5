/**
 * `npm run doctor [-- check | repair | export ROOM --out FOLDER | backup --out FILE] [--data FOLDER]`: looks after the database
 * of a server. `check`, `export` and `backup` also while it runs. Exit code 0 when all is well, 1 when something is damaged or
 * could not be done. `doctorMain.ts` is the process around it.
 */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig } from '../../config.ts'
import { databaseOf, sentenceFor } from '../dataFolder.ts'
import { examinePages, examineRoom, isDamaged, openForReading, roomIds } from './examine.ts'
import { exportRoom } from './exportRoom.ts'
import { repair } from './repair.ts'
import { damageOf, reportTable } from './reportTable.ts'

type Say = (line: string) => void

function check(file: string, say: Say): number {
  const database = openForReading(file)
  const pages = examinePages(database)
  const reports = roomIds(database).map((room) => examineRoom(database, room))
  database.close()
  say(reportTable(reports))
  for (const fault of pages) say(`SQLite: ${fault}`)
  const damaged = reports.filter(isDamaged)
  if (damaged.length === 0 && pages.length === 0) {
    say(`all well: ${reports.length} rooms`)
    return 0
  }
  say(
    `${damaged.length} of ${reports.length} rooms are damaged${pages.length ? ', and pages of the file' : ''}.`,
  )
  say('Stop the server and run "npm run doctor -- repair"; the file is copied first.')
  return 1
}

function mend(file: string, say: Say): number {
  const done = repair(file, new Date().toISOString().replaceAll(/[:.]/g, '-'))
  if (!done) {
    say('nothing is damaged; nothing was changed.')
    return 0
  }
  say(`the file as it was: ${done.backup}`)
  for (const [name, count] of Object.entries(done.salvaged ?? {}))
    say(`read out of damaged pages: ${name} ${count}`)
  for (const report of done.rooms) say(`mended ${report.room}: ${damageOf(report)}`)
  const lost = done.rooms.filter((report) => report.isLineArtDamaged)
  for (const { room } of lost) say(`the line art of ${room} cannot be mended: restore it from a backup.`)
  return lost.length > 0 ? 1 : 0
}

/** Copies the database, also while a server runs. */
export function backUp(file: string, out: string, say: Say): number {
  if (existsSync(out)) throw new Error(`${out} is there already: name another file.`)
  const database = openForReading(file)
  database.pragma('query_only = 0')
  database.prepare('vacuum into ?').run(out)
  database.close()
  say(`written to ${out}`)
  return 0
}

/** Gives the exit code; throws one Error for people. */
export function runDoctor(args: string[], environment: Record<string, string | undefined>, say: Say): number {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: 'string' }, out: { type: 'string' } },
  })
  const folder = values.data ?? readConfig(environment).data
  const file = databaseOf(folder)
  const [command = 'check', room] = positionals
  try {
    if (!existsSync(file)) throw new Error(`there is no database in ${folder}: name its folder with --data.`)
    switch (command) {
      case 'check':
        return check(file, say)
      case 'repair':
        return mend(file, say)
      case 'export':
        if (!room || !values.out) throw new Error('say which room, and where to: export ROOM --out FOLDER')
        say(`${exportRoom(file, room, values.out)} strokes written to ${values.out}`)
        return 0
      case 'backup':
        if (!values.out) throw new Error('say where to: backup --out FILE')
        return backUp(file, values.out, say)
      default:
        throw new Error(`there is no command ${command}: check, repair, export or backup.`)
    }
  } catch (error) {
    throw new Error(sentenceFor(folder, error), { cause: error })
  }
}

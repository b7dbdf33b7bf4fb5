/**
 * `npm run doctor [-- check]` where NURIE_DATABASE_URL is set: looks at the rooms in PostgreSQL, also while servers run. It only looks:
 * what is damaged there comes back from a backup.
 */
import { parseArgs } from 'node:util'
import { sentenceFor } from '../postgres/databaseServer.ts'
import { examineDatabase } from '../postgres/examineDatabase.ts'
import { isDamaged } from './examine.ts'
import { reportTable } from './reportTable.ts'

/** Gives the exit code, undefined when a data folder is meant; rejects with one Error for people. */
export async function runDatabaseDoctor(
  args: string[],
  environment: Record<string, string | undefined>,
  say: (line: string) => void,
): Promise<number | undefined> {
  const url = environment.NURIE_DATABASE_URL
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: 'string' }, out: { type: 'string' } },
  })
  if (!url || values.data !== undefined) return undefined
  if (!URL.canParse(url)) {
    throw new Error('NURIE_DATABASE_URL must be an address such as postgres://user:password@host/database.')
  }
  if (positionals.length > 0 && positionals.join() !== 'check') {
    throw new Error(
      'PostgreSQL is only looked at here: back it up and restore it with its own tools (pg_dump, pg_restore); for a data folder name it with --data.',
    )
  }
  try {
    return await check(url, say)
  } catch (error) {
    throw new Error(sentenceFor(url, error), { cause: error })
  }
}

async function check(url: string, say: (line: string) => void): Promise<number> {
  const unreadable: string[] = []
  const reports = await examineDatabase(url, (room, message) => unreadable.push(`${room}: ${message}`))
  say(reportTable(reports))
  for (const fault of unreadable) say(`PostgreSQL cannot read the room ${fault}`)
  const count = reports.length + unreadable.length
  const damaged = reports.filter(isDamaged).length + unreadable.length
  if (damaged === 0) {
    say(`all well: ${count} rooms`)
    return 0
  }
  say(`${damaged} of ${count} rooms are damaged.`)
  say('Restore them from a backup: nothing was changed here.')
  return 1
}

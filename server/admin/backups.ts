/**
 * Backups: a copy of everything as it was at one moment, taken while servers run; and its way back. What a restore brings back is older
 * than what browsers have seen: revisions jump ahead of all that may have been given since, or their pictures would seem newer than every
 * one that comes. What people painted since and their browsers still have comes back from these.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { databaseOf } from '../storage/dataFolder.ts'
import { backUp } from '../storage/doctor/doctor.ts'
import { examinePages, openForReading } from '../storage/doctor/examine.ts'
import { migrate } from '../storage/postgres/migrate.ts'
import { openPostgres } from '../storage/postgres/postgres.ts'
import { lockData } from '../storage/sqlite/dataLock.ts'
import { openCalls } from '../storage/sqlite/sqliteCalls.ts'
import { BOUNDS, openData } from './openData.ts'
import { runTool } from './postgresTools.ts'

type Say = (line: string) => void

/** More revisions than a room gives in ten years of drawing without a pause. */
const AHEAD = 10_000_000_000
const companions = ['', '-wal', '-shm']

const stampOf = (now: Date) =>
  now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')

/** Gives the new file, named after the moment. */
export async function backUpTo(config: Config, folder: string, now: Date, say: Say): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const out = join(folder, `nurie-${stampOf(now)}.${config.cluster ? 'dump' : 'db'}`)
  if (existsSync(out)) throw new Error(`${out} is there already: wait a second.`)
  if (!config.cluster) {
    const file = databaseOf(config.data)
    if (!existsSync(file))
      throw new Error(`there is no database in ${config.data}: name its folder with --data.`)
    backUp(file, out, () => {})
  } else {
    try {
      // Which servers live is nothing to restore.
      const left = ['--exclude-table-data=nodes', '--exclude-table-data=probe']
      await runTool('pg_dump', config.cluster.databaseUrl, [
        '--format=custom',
        '--no-owner',
        '--no-privileges',
        ...left,
        `--file=${out}.part`,
      ])
      renameSync(`${out}.part`, out)
    } finally {
      rmSync(`${out}.part`, { force: true })
    }
  }
  say(`${(statSync(out).size / 1e6).toFixed(1)} MB written to ${out}`)
  if (!config.cluster) say(`Keep ${join(config.data, 'secret')} with it, unless NURIE_SECRET is set.`)
  return out
}

/** Puts a backup in the place of what is there. No server may run. */
export async function restoreFrom(config: Config, file: string, now: Date, say: Say): Promise<void> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}.`)
  if (config.cluster) await restoreDump(config, config.cluster.databaseUrl, file)
  else restoreFile(config.data, file, now, say)
  say('restored. Start the server: browsers bring back what they still have of what was painted since.')
  say('Links that were replaced since the backup open again, and those made since do not: replace them anew.')
}

function restoreFile(folder: string, backup: string, now: Date, say: Say): void {
  const copy = openForReading(backup)
  const faults = examinePages(copy)
  copy.close()
  if (faults.length > 0) throw new Error(`${backup} is damaged (${faults[0]}): take another backup.`)
  mkdirSync(folder, { recursive: true })
  const file = databaseOf(folder)
  const lock = lockData(file)
  try {
    copyFileSync(backup, `${file}.restoring`)
    const calls = openCalls(`${file}.restoring`, BOUNDS)
    calls.skipRevisions(AHEAD)
    calls.close()
    const aside = `${file}.before-restore-${stampOf(now)}`
    for (const end of companions) if (existsSync(file + end)) renameSync(file + end, aside + end)
    renameSync(`${file}.restoring`, file)
    if (existsSync(aside)) say(`what was there lies at ${aside} now.`)
  } finally {
    for (const end of companions) rmSync(`${file}.restoring${end}`, { force: true })
    lock.release()
  }
}

async function restoreDump(config: Config, url: string, file: string): Promise<void> {
  await migrate(url)
  const { store, cluster } = await openData(config, 'write')
  const alive = (await cluster!.liveNodes()).filter(({ kind }) => kind === 'server')
  await store.close()
  if (alive.length > 0)
    throw new Error(
      `${alive.length} servers run on this database: stop them, wait 15 seconds, and restore then.`,
    )
  await runTool('pg_restore', url, [
    '--clean',
    '--if-exists',
    '--no-owner',
    '--no-privileges',
    '--single-transaction',
    '--exit-on-error',
    file,
  ])
  // A backup of an older Nurie gets today's tables first.
  await migrate(url)
  // Whatever secret its servers had.
  const restored = await openPostgres(url, BOUNDS)
  await restored.skipRevisions(AHEAD).finally(() => restored.close())
}

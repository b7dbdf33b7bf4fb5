/**
 * The database of several servers, opened or refused with one sentence that tells an operator what to do. Nothing in it is changed by
 * that, and no sentence holds the password.
 */
import { joinCluster } from '../../cluster/identity.ts'
import type { ClusterConfig } from '../../config.ts'
import type { Log } from '../../log.ts'
import type { LogBounds } from '../store.ts'
import { faultKindOf } from '../storeFault.ts'
import { MigrationError } from './migrate.ts'
import { openPostgres, type ClusterStore } from './postgres.ts'

/** Opens it once a write has reached its disk, for who has the secret of the others. Rejects with an Error for people. */
export async function openDatabaseServer(
  { databaseUrl, secret }: Pick<ClusterConfig, 'databaseUrl' | 'secret'>,
  bounds: LogBounds,
  log: Pick<Log, 'warn'>,
): Promise<ClusterStore> {
  const store = await openPostgres(databaseUrl, bounds).catch((error: unknown) => {
    throw new Error(sentenceFor(databaseUrl, error), { cause: error })
  })
  try {
    const settings = await opened(databaseUrl, store)
    if (settings.length > 0)
      log.warn(
        { settings },
        'the database may lose what it told saved when its machine fails: set these to "on"',
      )
    await joinCluster(store, secret)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Gives the settings by which it saves less than it says. */
async function opened(url: string, store: ClusterStore): Promise<string[]> {
  try {
    await store.probe()
    return await store.unsafeSettings()
  } catch (error) {
    throw new Error(sentenceFor(url, error), { cause: error })
  }
}

export function sentenceFor(url: string, error: unknown): string {
  const { user, password, host, database } = partsOf(url)
  const where = `the database "${database}" at ${host}`
  const noWrites = `${where} takes no writes: name the one that does (its primary) in NURIE_DATABASE_URL.`
  if (error instanceof MigrationError) {
    switch (error.fault) {
      case 'newer':
        return `${where} was brought up to date by a newer Nurie: start that version or a later one.`
      case 'no-rights':
        return `the user "${user}" may not make tables in ${where}: let that user own the database, or grant it "create" on its schema.`
      case 'read-only':
        return noWrites
    }
  }
  const code = codeOf(error)
  if (/^28/.test(code))
    return `${where} does not let the user "${user}" in: look at the user and the password in NURIE_DATABASE_URL.`
  if (code === '3D000')
    return `there is no database "${database}" at ${host}: make it, or name another in NURIE_DATABASE_URL.`
  if (code === '42501')
    return `the user "${user}" may not read and write the tables in ${where}: let that user own them.`
  if (code === '25006') return noWrites
  const message = without(password, error instanceof Error ? error.message : String(error))
  const kind = faultKindOf(error)
  switch (kind) {
    case 'full':
      return `there is no space left for ${where}: free some and start again.`
    case 'disk':
      return `${where} cannot be reached (${message}): look whether it runs, and at NURIE_DATABASE_URL.`
    case 'damaged':
      return `${where} is damaged (${message}): restore it from a backup.`
    case 'locked':
    case 'no-room':
    case 'behind':
    case 'other':
      return `${where} cannot be opened (${message}): look at its log.`
  }
}

/** PostgreSQL's own, or the system's. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = cause instanceof Object && 'code' in cause ? cause.code : ''
  return typeof code === 'string' ? code : ''
}

function partsOf(url: string) {
  const { username, password, hostname, port, pathname } = new URL(url)
  const user = decode(username)
  return {
    user,
    password: decode(password),
    host: `${hostname || 'localhost'}${port && `:${port}`}`,
    database: decode(pathname.slice(1)) || user,
  }
}

/** As it is where it is no URL encoding. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const without = (password: string, text: string) => (password ? text.replaceAll(password, '…') : text)

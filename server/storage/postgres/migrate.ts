/**
 * Brings the tables up to date before a server or worker uses them, one at a time however many start at once: the only file that knows
 * node-pg-migrate. Files of migrations/ run in the order of their names, each once, all of them or none.
 *
 * Migrations only add (tables, columns with a default, indices): a file that was released is never changed, and nothing the version
 * before reads or writes is renamed, retyped or removed. So during a rolling upgrade the servers of that version go on working beside
 * the new ones; one that starts anew then is told that the database is newer than it.
 */
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import { StoreFault } from '../storeFault.ts'
import { withConnection, type Sql } from './pool.ts'

const folder = fileURLToPath(new URL('./migrations', import.meta.url))
const TABLE = 'nurie_migrations'
/** How long one waits for another that migrates. */
const WAIT = '120s'

export type MigrationFault = 'newer' | 'no-rights' | 'read-only'
export class MigrationError extends StoreFault {
  readonly fault: MigrationFault
  constructor(fault: MigrationFault) {
    super('other', fault)
    this.fault = fault
  }
}

/** Rejects with a MigrationError, or as a StoreFault of pool.ts. */
export async function migrate(url: string): Promise<void> {
  await withConnection(url, async (sql, client) => {
    if (await isCurrent(sql)) return
    const [rights] = await sql<{ schema: string | null; may: boolean | null; readOnly: string }>(
      `select current_schema() as schema, has_schema_privilege(current_schema(), 'create') as may,
        current_setting('transaction_read_only') as "readOnly"`,
    )
    if (rights?.readOnly === 'on') throw new MigrationError('read-only')
    if (!rights?.schema || !rights.may) throw new MigrationError('no-rights')
    await sql(`select set_config('lock_timeout', '${WAIT}', false)`)
    await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      singleTransaction: true,
      migrationsTable: TABLE,
      migrationsSchema: rights.schema,
      advisoryLockMode: 'wait',
      // Looked at above, and below for one that was first.
      checkOrder: false,
      log: () => {},
    })
    if (!(await isCurrent(sql))) throw new StoreFault('other', 'the tables were not brought up to date')
  })
}

/** False when tables are not there yet or of an older Nurie; rejects with a MigrationError when they are of a newer one. */
export async function isCurrent(sql: Sql): Promise<boolean> {
  const files = (await readdir(folder)).map((file) => file.replace(/\.sql$/, ''))
  const [table] = await sql<{ there: boolean }>(`select to_regclass('${TABLE}') is not null as there`)
  if (!table?.there) return false
  const done = (await sql<{ name: string }>(`select name from ${TABLE}`)).map(({ name }) => name)
  if (done.some((name) => !files.includes(name))) throw new MigrationError('newer')
  return files.every((file) => done.includes(file))
}

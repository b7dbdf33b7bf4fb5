/**
 * Connections to PostgreSQL: the only file that knows its driver. Each commits to disk before it answers, waits for nothing without
 * an end, and is thrown away when anything is wrong with it. What goes wrong is a StoreFault; its message never holds the password.
 */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { faultKindOf, StoreFault } from '../storeFault.ts'

/** Runs one statement and gives its rows. The text is a constant of the program: it stays prepared on each connection. */
export type Sql = <Row extends object = object>(text: string, values?: readonly unknown[]) => Promise<Row[]>

export type Pool = {
  sql: Sql
  /**
   * All of `work` or nothing; run again from its beginning when the database found it in a deadlock. A fault after `work` resolved
   * leaves it open whether it was committed.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Resolves when what runs has ended. */
  end(): Promise<void>
}

/** Of the database's own clock, as milliseconds since 1970, when the statement began. */
export const NOW = '(extract(epoch from statement_timestamp()) * 1000)::bigint'

const CONNECT_MS = 5_000
/** The database gives up first; the second is for one that does not answer at all. */
const STATEMENT_MS = 10_000
const ANSWER_MS = 12_000
/** How long a server that fell silent may hold a lock, and how long others wait for one. */
const SILENT_MS = 5_000
const LOCK_MS = 8_000
const ATTEMPTS = 5

const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * What is read after a lock was waited for must be what its holder left, whatever the database is set to. Of `synchronous_commit`
 * a stronger promise than `on` stays as it is.
 */
const SETTINGS = `select set_config('statement_timeout', '${STATEMENT_MS}', false), set_config('lock_timeout', '${LOCK_MS}', false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('idle_in_transaction_session_timeout', '${SILENT_MS}', false), set_config('synchronous_commit',
    case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end, false)`

/** Opens at most so many connections, and only when they are needed: it never fails. Who finds none free waits as for a new one. */
export function openPool(url: string, connections: number): Pool {
  const pool = new pg.Pool({
    ...addressOf(url),
    max: connections,
    query_timeout: ANSWER_MS,
    idleTimeoutMillis: 30_000,
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the pool waits for it, its types do not know
    onConnect: async (client) => void (await client.query(SETTINGS)),
  })
  // Of one that nobody uses: it is gone from the pool already. Of one in use: what runs on it rejects. Unheard they end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient | undefined
    try {
      client = await pool.connect()
      const value = await work(client)
      client.release()
      return value
    } catch (error) {
      client?.release(isConnectionGood(error) ? undefined : true)
      throw faultOf(error)
    }
  }

  return {
    sql: (text, values) => withClient((client) => sqlOn(client)(text, values)),
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await withClient((client) => atomically(client, work))
        } catch (error) {
          if (attempt === ATTEMPTS || !isDeadlock(error)) throw error
        }
      }
    },
    end: () => pool.end(),
  }
}

/** One connection for itself, which may wait for long: for what is done once at start. */
export async function withConnection<T>(
  url: string,
  work: (sql: Sql, client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(addressOf(url))
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(sqlOn(client), client)
  } catch (error) {
    throw faultOf(error)
  } finally {
    await client.end().catch(() => {})
  }
}

const addressOf = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'nurie',
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types,
})

const names = new Map<string, string>()

function nameOf(text: string): string {
  const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url').slice(0, 16)
  names.set(text, name)
  return name
}

function sqlOn(client: pg.ClientBase): Sql {
  return async <Row extends object>(text: string, values: readonly unknown[] = []) => {
    const { rows } = await client.query<Row>({ name: nameOf(text), text, values: values.map(storable) })
    return rows
  }
}

/** PostgreSQL's texts hold every character but this one. Where one is looked for with it, nothing is found. */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(storable)
  return typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value
}

async function atomically<T>(client: pg.ClientBase, work: (sql: Sql) => Promise<T>): Promise<T> {
  await client.query('begin')
  let value: T
  try {
    value = await work(sqlOn(client))
  } catch (error) {
    if (isConnectionGood(error)) await client.query('rollback')
    throw error
  }
  await client.query('commit')
  return value
}

/** Faults of the connection or of the whole database, not of what was asked; told by their codes, for words are in any language. */
const BROKEN = /^(08|25P0|53|57P|58|XX)/

/** What the database itself answered, or what `work` threw of its own, says nothing against the connection. */
function isConnectionGood(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return !BROKEN.test(error.code ?? 'XX')
  return error instanceof StoreFault || (error instanceof Error && error.constructor !== Error)
}

const isDeadlock = (error: unknown) =>
  error instanceof Error && error.cause instanceof pg.DatabaseError && /^40/.test(error.cause.code ?? '')

function faultOf(error: unknown): unknown {
  if (error instanceof StoreFault || !(error instanceof Error)) return error
  const kind = faultKindOf(error)
  // The driver's own errors about connections have no code.
  const isDrivers = error.constructor === Error && !('code' in error)
  const fault = new StoreFault(
    isDrivers ? 'disk' : kind,
    error.message || String((error as { code?: string }).code),
  )
  fault.cause = error
  return fault
}

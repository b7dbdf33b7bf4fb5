/**
 * Reads what can be read of a database whose pages are damaged, row by row, into a new file: from the front until a damaged
 * page, then from the back, then what lies between by its number.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { openDatabase, type SqliteDatabase } from '../sqlite/sqliteSchema.ts'
import { unlessDamaged } from '../storeFault.ts'

const MOST_LOOKED_BETWEEN = 200_000

type Values = Record<string, unknown>

/** How many rows of each table were saved. */
export function salvage(damaged: SqliteDatabase, file: string): Record<string, number> {
  const fresh = openDatabase(file)
  const counts: Record<string, number> = {}
  for (const { name, key } of tablesOf(fresh)) {
    fresh.exec('begin')
    counts[name] = copyTable(damaged, fresh, name, key)
    fresh.exec('commit')
  }
  fresh.pragma('wal_checkpoint(truncate)')
  fresh.close()
  return counts
}

/** Each with the columns that tell its rows apart; those with `rowid` have numbers to look in between. */
function tablesOf(fresh: SqliteDatabase): { name: string; key: string }[] {
  const tables = fresh.prepare("select name, sql from sqlite_schema where type = 'table'").all() as {
    name: string
    sql: string
  }[]
  return tables.map(({ name, sql }) => {
    const columns = fresh.pragma(`table_info(${name})`) as { name: string; pk: number }[]
    const keys = columns.filter(({ pk }) => pk > 0).map((column) => column.name)
    return { name, key: /without rowid/i.test(sql) ? keys.join(', ') : 'rowid' }
  })
}

function copyTable(from: SqliteDatabase, to: SqliteDatabase, table: string, key: string): number {
  const columns = (to.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const add = to.prepare(
    `insert or ignore into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  const hasNumbers = key === 'rowid'
  const fields = [...(hasNumbers ? ['rowid as "number"'] : []), ...columns].join(', ')
  let count = 0
  const take = (row: Values) => {
    try {
      // Twice the same is nothing new, a row that is not whole any more nothing at all.
      count += add.run(...columns.map((column) => bindable(row[column]))).changes
    } catch (error) {
      if (!/^SQLITE_(CONSTRAINT|MISMATCH)/.test((error as { code?: string }).code ?? '')) throw error
    }
  }
  const walk = (direction: 'asc' | 'desc') => {
    const order = key.replaceAll(/\w+/g, `$& ${direction}`)
    let last: number | undefined
    const isWhole = unlessDamaged(() => {
      // `not indexed`: the index may be what is damaged.
      const rows = from.prepare(
        `select ${fields} from ${table} ${hasNumbers ? 'not indexed' : ''} order by ${order}`,
      )
      for (const row of rows.iterate() as Iterable<Values>) {
        take(row)
        last = row.number as number
      }
      return true
    })
    return { isWhole: isWhole === true, last }
  }
  const forward = walk('asc')
  if (forward.isWhole) return count
  const back = walk('desc')
  if (hasNumbers && back.last !== undefined) {
    const one = unlessDamaged(() => from.prepare(`select ${fields} from ${table} where rowid = ?`))
    const first = Math.max(forward.last ?? 0, back.last - MOST_LOOKED_BETWEEN)
    for (let number = first + 1; one && number < back.last; number++) {
      const row = unlessDamaged(() => one.get(number) as Values | undefined)
      if (row) take(row)
    }
  }
  return count
}

/** The first hundred bytes of a file, as far as they are the same in each: a byte of them that is wrong hides everything. */
export function restoreHeader(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    const header = Buffer.alloc(100)
    readSync(handle, header, 0, 100, 0)
    header.write('SQLite format 3\0', 0, 'latin1')
    // Pages of 4096 bytes, WAL, nothing reserved, the three fixed fractions; the schema's format, and UTF-8.
    header.set([0x10, 0, 2, 2, 0, 64, 32, 32], 16)
    header.writeUInt32BE(4, 44)
    header.writeUInt32BE(1, 56)
    writeSync(handle, header, 0, 100, 0)
  } finally {
    closeSync(handle)
  }
}

/** libsql gives other bytes than it takes. */
const bindable = (value: unknown) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value)

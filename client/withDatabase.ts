/** What this browser keeps for convenience (IndexedDB), each in a database of its own: where it cannot be kept, nothing is lost but that. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'

/**
 * Does one thing with a database, which is open only for it; `make` makes the stores of a new one. Undefined when this browser keeps
 * nothing, or not this: it is full or forbidden.
 */
export async function withDatabase<Schema extends DBSchema, Result>(
  name: string,
  make: (fresh: IDBPDatabase<Schema>) => void,
  work: (database: IDBPDatabase<Schema>) => Promise<Result>,
): Promise<Result | undefined> {
  try {
    const database = await openDB<Schema>(name, 1, {
      upgrade: (fresh) => make(fresh),
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    })
    return await work(database).finally(() => database.close())
  } catch {
    return undefined
  }
}

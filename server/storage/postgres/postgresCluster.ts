/** What the database keeps of the cluster itself: what its secret looks like, and which servers and workers live. */
import { withConnection, type Pool } from './pool.ts'

/** A server or worker that said for so long nothing of itself, by the database's clock, is dead. */
const DEAD = "interval '15 seconds'"

export type ClusterNode = {
  id: string
  kind: 'server' | 'worker'
  version: string
  /** What it colors with and how jobs are written: those of one hash understand each other. */
  coloring: string
}

export type ClusterCalls = {
  /** Keeps the first print that comes, and gives the one that is kept. */
  keepSecretPrint(print: string): Promise<string>
  /** Says that a node lives; to be said again before 15 s are over. */
  noteNode(node: ClusterNode): Promise<void>
  removeNode(id: string): Promise<void>
  liveNodes(): Promise<ClusterNode[]>
  /** Does `work` unless any server does something of this name now: then undefined. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T | undefined>
  /** Names of the database's settings that are off though nothing is safe without. */
  unsafeSettings(): Promise<string[]>
}

/** `url`: of the database, for a connection of its own that holds a lock as long as it lives. */
export function clusterCalls({ sql }: Pool, url: string): ClusterCalls {
  return {
    async keepSecretPrint(print) {
      await sql('insert into cluster (id, secret_print) values (1, $1) on conflict (id) do nothing', [print])
      const [row] = await sql<{ print: string }>('select secret_print as print from cluster where id = 1')
      return row!.print
    },
    async noteNode({ id, kind, version, coloring }) {
      await sql(
        `with dead as (delete from nodes where id <> $1 and seen_at < now() - 40 * ${DEAD})
          insert into nodes (id, kind, version, coloring, seen_at) values ($1, $2, $3, $4, now())
          on conflict (id) do update set kind = excluded.kind, version = excluded.version,
            coloring = excluded.coloring, seen_at = excluded.seen_at`,
        [id, kind, version, coloring],
      )
    },
    async removeNode(id) {
      await sql('delete from nodes where id = $1', [id])
    },
    liveNodes: () =>
      sql<ClusterNode>(
        `select id, kind, version, coloring from nodes where seen_at > now() - ${DEAD} order by id`,
      ),
    alone: (name, work) =>
      withConnection(url, async (sql) => {
        const [lock] = await sql<{ got: boolean }>('select pg_try_advisory_lock(hashtext($1)) as got', [
          `nurie ${name}`,
        ])
        return lock?.got ? work() : undefined
      }),
    async unsafeSettings() {
      const rows = await sql<{ name: string }>(
        `select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'`,
      )
      return rows.map(({ name }) => name)
    },
  }
}

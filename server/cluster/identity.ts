/**
 * Whether a process belongs to the cluster whose database it opened: all of one have the same secret, or tokens of one server would not
 * open another. The database holds the print of the first one's; from the print nobody learns the secret.
 */
import { createHmac } from 'node:crypto'
import type { ClusterCalls } from '../storage/postgres/postgresCluster.ts'

export const secretPrint = (secret: string) =>
  createHmac('sha256', secret).update('nurie: the secret of a cluster').digest('base64url')

/** Rejects with one sentence for an operator when the others have another secret. */
export async function joinCluster(
  store: Pick<ClusterCalls, 'keepSecretPrint'>,
  secret: string,
): Promise<void> {
  const print = secretPrint(secret)
  if ((await store.keepSecretPrint(print)) === print) return
  throw new Error(
    'NURIE_SECRET is another one than that of the servers that share this database: give all the same (to change it, stop all and empty the table "cluster").',
  )
}

/**
 * That this process lives, noted in the database again and again, with what it colors with (coloring/queue/coloringHash.ts): so a worker
 * that no server can use says so when it starts.
 */
import type { ClusterCalls, ClusterNode } from '../storage/postgres/postgresCluster.ts'

const AGAIN_MS = 5_000

export async function openNotedNode(
  store: Pick<ClusterCalls, 'noteNode' | 'removeNode'>,
  node: ClusterNode,
): Promise<{ close(): Promise<void> }> {
  await store.noteNode(node)
  // While the database is away others take it for dead, which only matters to who starts then.
  const again = setInterval(() => void store.noteNode(node).catch(() => {}), AGAIN_MS).unref()
  return {
    async close() {
      clearInterval(again)
      await store.removeNode(node.id).catch(() => {})
    },
  }
}

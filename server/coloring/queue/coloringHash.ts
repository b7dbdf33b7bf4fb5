/**
 * What a server and a worker have to have in common: how jobs and registers are written, and the weights. It is part of the names of
 * queues and keys, so that during a rolling upgrade old servers are served by old workers and new ones by new.
 */
import { createHash } from 'node:crypto'
import { readModels } from '../../../models/manifest.ts'
import type { ClusterNode } from '../../storage/postgres/postgresCluster.ts'

/** To be raised whenever anything that travels between servers and workers changes. */
const JOB_PROTOCOL = 1

export async function coloringHash(): Promise<string> {
  const weights = (await readModels()).map(({ stage, sha256 }) => `${stage} ${sha256}`)
  return createHash('sha256')
    .update([JOB_PROTOCOL, ...weights.sort()].join('\n'))
    .digest('hex')
    .slice(0, 16)
}

/** A sentence for an operator when no server that lives can use a worker of this coloring. */
export function strangerSentence(nodes: readonly ClusterNode[], coloring: string): string | undefined {
  const servers = nodes.filter(({ kind }) => kind === 'server')
  if (servers.length === 0 || servers.some((server) => server.coloring === coloring)) return undefined
  const versions = [...new Set(servers.map(({ version }) => version))].join(', ')
  return `this worker has other weights or speaks another language than every server (they are of version ${versions}): start the worker of their version.`
}

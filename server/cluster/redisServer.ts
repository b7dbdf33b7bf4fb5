/** The Redis of several servers, looked at before anything is built on it: refused with one sentence that tells an operator what to do. */
import type { Log } from '../log.ts'
import { openRedis, redisFault } from './redis.ts'

/** Sharded channels, which the sockets' adapter uses, came with it. */
const LEAST_MAJOR = 7
const CONNECT_MS = 5_000

/** Rejects with an Error for people; its message never holds the password. */
export async function checkRedis(url: string, log: Log): Promise<void> {
  const { host } = new URL(url)
  const redis = openRedis(url, { isOnce: true, connectMs: CONNECT_MS })
  // Why there is no connection; who asked is told only that there is none.
  let why: Error | undefined
  redis.on('error', (error) => (why = error))
  try {
    const info = await redis.connect().then(() => redis.info())
    const version = /redis_version:(\S+)/.exec(info)?.[1] ?? ''
    if (Number.parseInt(version) < LEAST_MAJOR)
      throw new Error(
        `the Redis at ${host} is version ${version || 'unknown'}: Nurie needs ${LEAST_MAJOR} or newer.`,
      )
    const probe = `nurie:probe:${process.pid}`
    await redis.set(probe, '1', 'PX', 1_000)
    await redis.del(probe)
    await redis.eval('return 1', 0)
    await redis.publish(probe, '')
    await redis.spublish(probe, '')
    await redis.subscribe(probe)
    const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1]
    if (policy && policy !== 'noeviction')
      log.warn(
        { policy },
        'Redis may throw away the queue of rooms when it is full: set maxmemory-policy to noeviction',
      )
  } catch (error) {
    throw new Error(sentenceFor(host, why ?? error), { cause: error })
  } finally {
    redis.disconnect()
  }
}

function sentenceFor(host: string, error: unknown): string {
  switch (redisFault(error)) {
    case 'password':
      return `the Redis at ${host} refuses the password in NURIE_REDIS_URL: correct it there.`
    case 'rights':
      return `the user in NURIE_REDIS_URL lacks rights on the Redis at ${host} (${(error as Error).message}): allow it all commands, ~nurie:* keys and &* channels.`
    case 'unreachable':
      return `the Redis at ${host} does not answer (${(error as Error).message}): start it, or correct NURIE_REDIS_URL.`
    case 'other':
      return error instanceof Error ? error.message : String(error)
  }
}

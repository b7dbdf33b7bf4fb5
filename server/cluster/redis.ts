/** Connections to Redis, which come back by themselves. The only file that knows ioredis. */
import { Redis, ReplyError } from 'ioredis'

export type { Redis }

export type RedisOptions = {
  /** What is asked while there is none waits for it; otherwise it rejects. */
  isPatient?: boolean
  /** To be connected by hand, and gone for good when it is gone. */
  isOnce?: boolean
  connectMs?: number
}

const LONGEST_PAUSE_MS = 2_000
/** Whoever does not wait for a connection does not wait for ever for an answer. */
const ANSWER_MS = 3_000

export function openRedis(
  url: string,
  { isPatient = false, isOnce = false, connectMs }: RedisOptions = {},
): Redis {
  const redis = new Redis(url, {
    retryStrategy: (times) => (isOnce ? null : Math.min(LONGEST_PAUSE_MS, 50 * 2 ** times)),
    enableOfflineQueue: isPatient,
    maxRetriesPerRequest: isPatient ? null : 0,
    lazyConnect: isOnce,
    ...(connectMs !== undefined && { connectTimeout: connectMs }),
    ...(!isPatient && { commandTimeout: ANSWER_MS, autoResendUnfulfilledCommands: false }),
  })
  // Each is told to whoever asked for something, too; unheard it would end the process.
  redis.on('error', () => {})
  return redis
}

/** What is wrong, for a sentence to an operator. */
export function redisFault(error: unknown): 'password' | 'rights' | 'unreachable' | 'other' {
  if (!(error instanceof Error)) return 'other'
  if (/WRONGPASS|NOAUTH|invalid password|invalid username-password/i.test(error.message)) return 'password'
  if (error.message.startsWith('NOPERM')) return 'rights'
  if (error instanceof ReplyError) return 'other'
  const isConnections = /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|Connection is closed|timed out/i.test(
    error.message,
  )
  return isConnections || 'syscall' in error ? 'unreachable' : 'other'
}

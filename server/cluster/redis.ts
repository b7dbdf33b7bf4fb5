/** Connections to Redis, which come back by themselves. The only file that knows ioredis. */
import { Redis, ReplyError } from 'ioredis'

export type { Redis }

export type RedisOptions = {
  /** What is asked while there is none waits for it; otherwise it rejects. */
  isPatient?: boolean
  /** To be connected by hand, and gone for good when it is gone. */
  isOnce?: boolean
  connectMs?: number
  /** After so long without an answer its line is taken for dead. */
  deadMs?: number
}

const LONGEST_PAUSE_MS = 2_000
/** Whoever does not wait for a connection does not wait for ever for an answer. */
const ANSWER_MS = 3_000
/**
 * A line may die without a word (a machine that lost its power, a firewall that forgot): each connection asks whether it lives, and is made
 * anew when anything asked stays unanswered so long. Longer than BullMQ waits for a job in one go, 10 s.
 */
const DEAD_MS = 15_000

export function openRedis(
  url: string,
  { isPatient = false, isOnce = false, connectMs, deadMs = DEAD_MS }: RedisOptions = {},
): Redis {
  const redis = new Redis(url, {
    retryStrategy: (times) => (isOnce ? null : Math.min(LONGEST_PAUSE_MS, 50 * 2 ** times)),
    enableOfflineQueue: isPatient,
    maxRetriesPerRequest: isPatient ? null : 0,
    lazyConnect: isOnce,
    socketTimeout: deadMs,
    ...(connectMs !== undefined && { connectTimeout: connectMs }),
    ...(!isPatient && { commandTimeout: ANSWER_MS, autoResendUnfulfilledCommands: false }),
  })
  // Each is told to whoever asked for something, too; unheard it would end the process.
  redis.on('error', () => {})
  const pinging = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }, deadMs / 3).unref()
  redis.on('end', () => clearInterval(pinging))
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

/** Connections to Redis, which come back by themselves. The only file that knows ioredis. */
import { Redis } from 'ioredis'

export type { Redis }

/** `isPatient`: what is asked while there is none waits for it; otherwise it rejects. */
export function openRedis(url: string, { isPatient = false } = {}): Redis {
  const redis = new Redis(url, {
    retryStrategy: (times) => Math.min(2_000, 50 * 2 ** times),
    enableOfflineQueue: isPatient,
    maxRetriesPerRequest: isPatient ? null : 0,
    ...(!isPatient && { commandTimeout: 3_000, autoResendUnfulfilledCommands: false }),
  })
  redis.on('error', () => {})
  return redis
}

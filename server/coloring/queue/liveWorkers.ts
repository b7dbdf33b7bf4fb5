/** Which workers live and can color, in Redis: each says so again and again, by Redis' own clock. */
import type { Redis } from '../../cluster/redis.ts'
import type { EngineInfo } from '../keeper.ts'

/** How often a worker says so, and after how long without it is taken for dead. */
export const BEAT_MS = 1_000
const DEAD_MS = 3_500
const KEPT_MS = 60_000

const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) `
const BEAT = `${NOW} redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2]) redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})`
const LIVE = `${NOW}
local live = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local at = tonumber(string.match(all[i + 1], '^%d+'))
  if now - at < ${DEAD_MS} then table.insert(live, string.match(all[i + 1], ' (.*)$'))
  elseif now - at > ${KEPT_MS} then redis.call('HDEL', KEYS[1], all[i]) end
end
return live`

export function liveWorkers(redis: Redis, coloring: string) {
  const key = `nurie:${coloring}:workers`
  return {
    async beat(worker: string, info: EngineInfo): Promise<void> {
      await redis.eval(BEAT, 1, key, worker, JSON.stringify(info))
    },
    async end(worker: string): Promise<void> {
      await redis.hdel(key, worker)
    },
    /** What each of them colors with. */
    async list(): Promise<EngineInfo[]> {
      const live = (await redis.eval(LIVE, 1, key)) as string[]
      return live.map((text) => JSON.parse(text) as EngineInfo)
    },
  }
}

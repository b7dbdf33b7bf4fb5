/** The faults a cluster has to live through. `ms`: how long each lasts. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { fileURLToPath } from 'node:url'
import type { Entrance, FaultyCluster } from './faults.fixture.ts'
import { openRedis } from './redis.ts'

export type Fault = {
  name: string
  entrance: Entrance
  run(cluster: FaultyCluster, ms: number): Promise<void>
}

const SKEW_MS = 300_000
const clock = fileURLToPath(new URL('skewedClock.fixture.mjs', import.meta.url))
const skewed = (milliseconds: number) => ({
  NODE_OPTIONS: `--import=file://${clock}`,
  CLOCK_SKEW_MS: String(milliseconds),
})

export const faults = {
  none: { name: 'none', entrance: 'nginx', run: (_cluster, ms) => sleep(ms) },
  server: {
    name: 'a server is killed, and started again',
    entrance: 'nginx',
    async run({ servers }, ms) {
      await servers[1].kill()
      await sleep(ms)
      await servers[1].start()
    },
  },
  worker: {
    name: 'a worker is killed, and started again',
    entrance: 'nginx',
    async run({ workers }, ms) {
      await workers[0].kill()
      await sleep(ms)
      await workers[0].start()
    },
  },
  postgres: {
    name: 'PostgreSQL is killed, and started again',
    entrance: 'nginx',
    async run({ postgres }, ms) {
      await postgres.kill()
      await sleep(ms)
      await postgres.start()
    },
  },
  slowCommits: {
    name: 'each commit of PostgreSQL takes 2 s',
    entrance: 'nginx',
    async run({ database }, ms) {
      await query(database, SLOW)
      await sleep(ms)
      await query(database, 'drop trigger slow on ops')
    },
  },
  redis: {
    name: 'Redis is killed, and started again empty',
    entrance: 'each',
    async run({ redis }, ms) {
      await redis.kill()
      await sleep(ms)
      await redis.start()
    },
  },
  flush: {
    name: 'Redis loses everything (FLUSHALL) again and again',
    entrance: 'each',
    async run({ redis }, ms) {
      const connection = openRedis(redis.url, { isPatient: true })
      for (const end = performance.now() + ms; performance.now() < end; await sleep(300))
        await connection.flushall()
      connection.disconnect()
    },
  },
  partition: {
    name: 'one server cannot reach Redis',
    entrance: 'each',
    async run({ toRedis }, ms) {
      toRedis.cut()
      await sleep(ms)
      toRedis.mend()
    },
  },
  freeze: {
    name: 'the line between one server and Redis is dead, and nobody says so',
    entrance: 'each',
    async run({ toRedis }, ms) {
      toRedis.freeze()
      await sleep(ms)
      toRedis.mend()
    },
  },
  clocks: {
    name: "one server's clock is 5 minutes ahead, one worker's 5 minutes behind",
    entrance: 'nginx',
    async run({ servers, workers }, ms) {
      await Promise.all([servers[1].end(), workers[1].end()])
      await Promise.all([servers[1].start(skewed(SKEW_MS)), workers[1].start(skewed(-SKEW_MS))])
      await sleep(ms)
    },
  },
} satisfies Record<string, Fault>

/** Once a transaction, when it commits. */
const SLOW = `
  create or replace function slow() returns trigger language plpgsql as $$ begin
    if current_setting('nurie.slow', true) is distinct from txid_current()::text then
      perform set_config('nurie.slow', txid_current()::text, true), pg_sleep(2);
    end if;
    return null;
  end $$;
  create constraint trigger slow after insert on ops deferrable initially deferred
    for each row execute function slow()`

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

/** Servers that are one Nurie: real PostgreSQL, real Redis, real servers in this process, but for the coloring, which a test makes. */
import type { Parts } from '../app.ts'
import { startServer, type TestServer } from '../app.fixture.ts'
import { openRedisBus } from './redisBus.ts'
import { startPostgres, startRedis, type Postgres, type Service } from './services.fixture.ts'

export type TestCluster = {
  servers: readonly TestServer[]
  postgres: Postgres
  redis: Service
  /** One more, to be ended by the test. */
  another(): Promise<TestServer>
  end(): Promise<void>
}

export async function startCluster(
  count = 2,
  more: Record<string, string> = {},
  parts: Partial<Parts> = {},
): Promise<TestCluster> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const settings = {
    NURIE_DATABASE_URL: await postgres.database(),
    NURIE_REDIS_URL: redis.url,
    NURIE_SECRET: 'the secret of this cluster',
    ...more,
  }
  const another = () => startServer(settings, { ...parts, openBus: () => openRedisBus(redis.url) })
  const servers = await Promise.all(Array.from({ length: count }, another))
  return {
    servers,
    postgres,
    redis,
    another,
    async end() {
      await Promise.all(servers.map((server) => server.end()))
      await Promise.all([postgres.end(), redis.end()])
    },
  }
}

/** Against the real PostgreSQL. */
import { afterAll, beforeAll } from 'vitest'
import { startPostgres, type Postgres } from '../../cluster/services.fixture.ts'
import { storeContract } from '../storeContract.fixture.ts'
import { openPostgres, type ClusterStore } from './postgres.ts'

const bounds = { entries: 20, bytes: 1_000_000 }
let postgres: Postgres
let url: string
let store: ClusterStore
beforeAll(async () => {
  postgres = await startPostgres()
  url = await postgres.database()
  store = await openPostgres(url, bounds)
}, 30_000)
afterAll(async () => {
  await store.close()
  await postgres.end()
})

storeContract(
  () => store,
  async () => {
    await store.close()
    store = await openPostgres(url, bounds)
  },
)

/** Real processes that are killed, cut off and slowed under people who paint. What each fault costs: `npm run bench -- --faults`. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { faults } from './everyFault.fixture.ts'
import { endure, startFaultyCluster, type Cost, type FaultyCluster } from './faults.fixture.ts'
import { killPrograms } from './processes.fixture.ts'

const FAULT_MS = 1_500

let cluster: FaultyCluster
beforeAll(async () => {
  cluster = await startFaultyCluster()
}, 120_000)
afterAll(async () => {
  killPrograms()
  await cluster?.end()
})

/** That it comes back at all is that everything healed: every stroke was saved, seen by everybody and shown in a picture. */
async function costOf(name: keyof typeof faults, ms = FAULT_MS): Promise<Cost> {
  const { entrance, run } = faults[name]
  const cost = await endure(cluster, entrance, () => run(cluster, ms))
  expect(cost).toMatchObject({ lost: [], doubled: [] })
  return cost
}

it.each(['server', 'worker', 'postgres', 'slowCommits'] as const)(
  'Q46 nothing that was told saved is lost and everything heals by itself: %s (kill -9 and started again, or 2 s a commit)',
  async (name) => void (await costOf(name)),
  120_000,
)

it.each(['redis', 'flush', 'partition', 'freeze'] as const)(
  'Q47 without Redis, or with one that forgets, all goes on being saved and seen; it is colored again when it is back: %s',
  async (name) => {
    const outage = 4_000
    const { savedMs, seenMs } = await costOf(name, outage)
    expect(savedMs).toBeLessThan(outage)
    expect(seenMs).toBeLessThan(outage)
  },
  120_000,
)

it('Q49 clocks of a server and a worker that are 5 minutes off, to either side, change nothing', async () => {
  await costOf('clocks')
}, 120_000)

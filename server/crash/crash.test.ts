import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { seeded } from '../../shared/golden.fixture.ts'
import { crashLoop } from './crashLoop.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

process.setMaxListeners(0)
const KILLS = 8
const next = seeded(1)

it('P16 after kill -9 under painting, joining and starting everything told saved is there, once, and undone what was undone', async () => {
  const sums = await crashLoop({ folder, kills: KILLS, random: () => next(2 ** 30) / 2 ** 30 })
  expect(sums).toMatchObject({ lost: [], doubled: [], corrupted: [], undeleted: [] })
  expect(sums.acknowledged).toBeGreaterThan(0)
  expect(sums.painted).toBeGreaterThan(sums.acknowledged / KILLS)
}, 180_000)

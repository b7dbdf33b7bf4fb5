import { fork } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hireCrew, inOrder } from './crew.ts'
import type { Picture } from './picture.ts'

/** Answers with the picture's id; a picture named 'deadly' ends the process. */
const worker = `
process.on('disconnect', () => process.exit())
process.on('message', ({ id, picture }) => {
  if (picture.id === 'deadly') process.exit(1)
  setTimeout(() => process.send({ id, result: picture.id }), 5)
})
process.send('ready')
`
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nurie-crew-'))
  await writeFile(path.join(folder, 'worker.mjs'), worker)
  await writeFile(path.join(folder, 'broken.mjs'), 'process.exit(1)')
})
afterAll(() => rm(folder, { recursive: true }))

const picture = (id: string): Picture => ({
  id,
  source: 'made-up',
  key: id,
  use: 'train',
  art: { kind: 'svg', svg: '' },
})
const start = (file: string) => () => fork(path.join(folder, file), { execArgv: [] })

describe('crew', () => {
  it('answers all but the drawing that ends its process', async () => {
    const crew = hireCrew(2, start('worker.mjs'))
    const ids = ['a', 'b', 'deadly', 'c', 'd', 'e', 'f', 'g']
    const answers = await Promise.all(ids.map(async (id) => (await crew.draw(picture(id))) as unknown))
    crew.close()
    expect(answers[2]).toBeNull()
    expect(answers.filter((answer) => answer !== null).length).toBeGreaterThanOrEqual(4)
  })

  it('says so when no process can be started, instead of leaving every picture out', async () => {
    const crew = hireCrew(1, start('broken.mjs'))
    await expect(crew.judge(picture('a'))).rejects.toThrow('cannot be started')
    crew.close()
  })
})

describe('in order', () => {
  it('hands results on in the order of the items, however long each takes, a few at once', async () => {
    let running = 0
    let most = 0
    const seen: number[] = []
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, item % 2 === 0 ? 8 : 1))
      running--
      return 10 * item
    }
    await inOrder([0, 1, 2, 3, 4, 5], 3, work, (item, result) => void seen.push(item, result))
    expect(seen).toEqual([0, 0, 1, 10, 2, 20, 3, 30, 4, 40, 5, 50])
    expect(most).toBe(3)
  })

  it('ends at the first failure', async () => {
    const handled: number[] = []
    const work = (item: number): Promise<number> =>
      item === 1 ? Promise.reject(new Error('full')) : Promise.resolve(item)
    await expect(inOrder([0, 1, 2], 2, work, (item) => void handled.push(item))).rejects.toThrow('full')
    expect(handled).toEqual([0])
  })
})

import { expect, it } from 'vitest'
import { MOST_PAGES, OpenPages, RESTS_AFTER_MS, SPARE_PAGES } from './openPages.ts'

function pages() {
  let time = 0
  const opened: string[] = []
  const open = new OpenPages<string>(() => time)
  return {
    open,
    opened,
    wait: (ms: number) => (time += ms),
    use: (id: string) =>
      open.use(id, () => {
        opened.push(id)
        return Promise.resolve(id)
      }),
  }
}

it('E2 twenty pages in use stay open; of those that rest the newest few', async () => {
  const { open, opened, use, wait } = pages()
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 20; i++) await use(`r${i}`)
    wait(1_000)
  }
  expect(opened).toHaveLength(20)
  wait(RESTS_AFTER_MS)
  await use('new')
  expect(open.size).toBe(SPARE_PAGES)
  await use('r19')
  expect(opened).toHaveLength(21)
  await use('r0')
  expect(opened.at(-1)).toBe('r0')
})

it('E2 however many rooms are drawn in, the open pages are bounded', async () => {
  const { open, use } = pages()
  for (let i = 0; i < 200; i++) await use(`r${i}`)
  expect(open.size).toBe(MOST_PAGES)
  open.close('r199')
  expect(open.size).toBe(MOST_PAGES - 1)
})

import { describe, expect, it } from 'vitest'

import { progressBar, timeText } from './progressBar.ts'

function run(isTTY: boolean): string[] {
  const written: string[] = []
  let time = 0
  const bar = progressBar(200, 'pictures', { isTTY, write: (text) => written.push(text) }, () => time)
  for (let i = 0; i < 100; i++) {
    time += 300
    bar.advance(1, 'noto')
  }
  bar.note('noto: 100 tiles')
  bar.end()
  return written
}

describe('progress bar', () => {
  it('shows the part done, what is being done and the time left', () => {
    expect(run(true).at(-4)).toContain(
      '[############------------] 50 %  100 of 200 pictures, noto, 30 s left',
    )
  })

  it('writes only its notes where there is no terminal', () => {
    expect(run(false)).toEqual(['noto: 100 tiles\n'])
  })

  it('tells time roughly', () => {
    expect([timeText(61_000), timeText(200_000)]).toEqual(['61 s', '3 min'])
  })
})

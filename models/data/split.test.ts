import { describe, expect, it } from 'vitest'

import { conceptOf, seriesOf, splitOf } from './split.ts'

describe('split', () => {
  it('never puts one concept in two splits, whoever drew it and however it is called', () => {
    const names = [
      'man-running',
      'woman-running',
      'person running',
      'running',
      'Running_2',
      'woman-running-dark',
    ]
    expect(new Set(names.map((name) => splitOf(`emoji:${conceptOf(name)}`, 'train'))).size).toBe(1)
  })

  it('never puts one clip-art series in two splits', () => {
    const names = ['cat_jane_01.svg', 'cat_jane_02.svg', 'cat_jane_.svg', 'cat_jane_10.svg']
    expect(new Set(names.map(seriesOf))).toEqual(new Set(['cat_jane']))
  })

  it('keeps held-out styles out of training, whatever their key', () => {
    for (let i = 0; i < 200; i++) expect(splitOf(`key ${i}`, 'heldout')).toBe('style')
  })

  it('gives 5 of 100 keys to validation and 10 to the test', () => {
    const counts = { train: 0, val: 0, test: 0, style: 0 }
    for (let i = 0; i < 20_000; i++) counts[splitOf(`key ${i}`, 'train')]++
    expect(counts.val / 20_000).toBeCloseTo(0.05, 2)
    expect(counts.test / 20_000).toBeCloseTo(0.1, 2)
  })

  it('decides by the key alone: the same key, the same split, on every machine', () => {
    expect(
      ['emoji:cat', 'emoji:dog', 'emoji:house', 'emoji:tree'].map((key) => splitOf(key, 'train')),
    ).toEqual(['train', 'train', 'train', 'train'])
  })

  it('keeps a name made of fillers only as it is', () => {
    expect(conceptOf('woman')).toBe('woman')
  })
})

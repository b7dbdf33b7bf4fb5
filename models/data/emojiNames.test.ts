import { describe, expect, it } from 'vitest'

import { isPictureName } from './emojiNames.ts'

describe('emoji names', () => {
  it('keeps what can be colored', () => {
    const names = [
      'cat',
      'tropicalfish',
      'red-heart',
      'clapping-hands-1',
      'chicken',
      'alarm',
      'onion',
      'plumber',
      'spider web',
    ]
    expect(names.filter(isPictureName)).toEqual(names)
  })

  it('leaves out signs, flags, letters and variants, however a set writes them', () => {
    const names = [
      'flag-france',
      'France',
      'no-entry',
      'noentry',
      'keycap-5',
      'leo',
      'cjkunifiedideograph-a',
      'waving-hand-medium-dark',
      'chart-increasing-with-yen',
      'four-leaf-clover-button',
      'large-blue-diamond',
      'heavy check mark',
      'speech-balloon',
      'restroom-1',
    ]
    expect(names.filter(isPictureName)).toEqual([])
  })
})

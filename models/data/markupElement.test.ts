import { describe, expect, it } from 'vitest'

import { markupText, react } from './markupElement.ts'
import { withSeed } from './seededRandom.ts'

describe('markup element', () => {
  it('writes components, fragments and attributes as SVG', () => {
    const dot = react.forwardRef(({ size }) => react.createElement('circle', { r: size, strokeWidth: 2 }))
    const drawing = react.createElement(
      'svg',
      { viewBox: '0 0 9 9', style: { strokeLinecap: 'round' }, hidden: false },
      react.createElement(react.Fragment, null, react.createElement(dot, { size: 3 }), null, 'a < b'),
    )
    expect(markupText(drawing)).toBe(
      '<svg viewBox="0 0 9 9" style="stroke-linecap:round"><circle r="3" stroke-width="2"></circle>a &lt; b</svg>',
    )
  })

  it('gives a component the value of the provider around it', () => {
    const color = react.createContext('black')
    const ink = (): unknown => react.createElement('path', { fill: react.useContext(color) })
    const inside = react.createElement(color.Provider, { value: 'red' }, react.createElement(ink, null))
    expect(markupText([inside, react.createElement(ink, null)])).toBe(
      '<path fill="red"></path><path fill="black"></path>',
    )
  })
})

describe('seeded random', () => {
  it('repeats itself for a seed and gives Math.random back, even after a failure', () => {
    const usual = Math.random
    const three = (): number[] => [Math.random(), Math.random(), Math.random()]
    expect(withSeed(7, three)).toEqual(withSeed(7, three))
    expect(withSeed(7, three)).not.toEqual(withSeed(8, three))
    expect(() =>
      withSeed(1, () => {
        throw new Error('broken generator')
      }),
    ).toThrow('broken generator')
    expect(Math.random).toBe(usual)
  })
})

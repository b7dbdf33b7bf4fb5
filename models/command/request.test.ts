import { expect, it } from 'vitest'
import { help, parseRequest } from './request.ts'

it.each([
  ['no argument', [], /Name one picture/],
  ['an unknown option', ['a.png', '--shiny'], /--shiny/],
  ['a wrong stage', ['a.png', '--stage', 'best'], /^--stage is draft or refined, not best\.$/],
  ['a wrong size', ['a.png', '--size', 'big'], /--size is a whole number from 64 to 2048, not big/],
  ['a size too large', ['a.png', '--size', '4096'], /--size is a whole number/],
  ['a wrong format', ['a.png', '--format', 'gif'], /--format is png.* or .*, not gif/],
])('D2 %s is told in one line', (_, args, line) => {
  expect(() => parseRequest(args)).toThrow(line)
  expect(() => parseRequest(args)).not.toThrow(/\n/)
})

it('D2 what is not said is a refined PNG; what --out ends with says the format', () => {
  const plain = {
    sketches: ['a.png'],
    format: 'png',
    stage: 'refined',
    exact: false,
    clean: false,
    force: false,
    json: false,
  }
  expect(parseRequest(['a.png'])).toEqual(plain)
  expect(parseRequest(['a.png', '--out', 'b.PNG'])).toEqual({ ...plain, out: 'b.PNG' })
  expect(parseRequest(['-h'])).toBeUndefined()
  for (const option of [
    '--hints',
    '--palette',
    '--out',
    '--format',
    '--stage',
    '--size',
    '--exact',
    '--clean',
    '--force',
    '--json',
  ])
    expect(help).toContain(option)
})

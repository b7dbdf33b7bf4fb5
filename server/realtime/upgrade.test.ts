import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { isOwnOrigin } from './upgrade.ts'

const settings = ['https://studio.example', 'http://localhost:5173']

it.each([
  [undefined, true],
  ['https://nurie.example:8443', true],
  ['HTTPS://Nurie.Example:8443', true],
  ['https://studio.example', true],
  ['https://studio.example:443', true],
  ['http://localhost:5173', true],
  ['https://nurie.example', false],
  ['https://nurie.example:8444', false],
  ['https://evil.example', false],
  ['https://nurie.example:8443.evil.example', false],
  ['https://a.studio.example', false],
  ['http://studio.example', false],
  ['https://studio.example:444', false],
  ['ftp://nurie.example:8443', false],
  ['null', false],
  ['', false],
  ['nurie.example:8443', false],
  ['https://', false],
])('A6 an Origin of %j is let in: %j', (origin, isLetIn) => {
  const headers = { host: 'NURIE.example:8443', ...(origin !== undefined && { origin }) }
  expect(isOwnOrigin({ headers } as IncomingMessage, settings)).toBe(isLetIn)
})

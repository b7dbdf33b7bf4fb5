import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** Versions with known holes below them; see SECURITY.md. */
const least: Record<string, string> = {
  'socket.io': '4.8.4',
  'socket.io-parser': '4.2.7',
  'engine.io': '6.6.9',
  ws: '8.21.3',
  sharp: '0.35.4',
  yjs: '13.6.33',
  'y-protocols': '1.0.7',
}

const parts = (version: string) => version.split('.').map(Number)
function isAtLeast(version: string, other: string): boolean {
  const [ours, theirs] = [parts(version), parts(other)]
  const at = ours.findIndex((part, i) => part !== theirs[i])
  return at < 0 || ours[at]! > theirs[at]!
}

it('W13 every copy of what faces the network is of a safe version, also one brought by another package', () => {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version: string }> }
  const found = new Set<string>()
  for (const [path, { version }] of Object.entries(packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const due = least[name]
    if (due === undefined) continue
    found.add(name)
    expect(isAtLeast(version, due), `${path} ${version}`).toBe(true)
  }
  expect([...found].sort()).toEqual(Object.keys(least).sort())
  expect(isAtLeast('8.9.9', '8.21.3')).toBe(false)
})

import { mkdtemp, rm, stat, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { markOf, newKeys, newRoom, roleOf } from './access.ts'
import { cleanText, guestColor, guestName } from './guestName.ts'
import { signingSecret } from './secret.ts'
import { openTokens } from './tokens.ts'

describe('keys', () => {
  it('A2 each gives its role, another none', () => {
    const { keys, hashes } = newKeys()
    expect(roleOf(keys.host, hashes)).toBe('host')
    expect(roleOf(keys.edit, hashes)).toBe('edit')
    expect(roleOf(keys.view, hashes)).toBe('view')
    expect(roleOf(newKeys().keys.host, hashes)).toBeUndefined()
    expect(roleOf(keys.host, undefined)).toBeUndefined()
  })

  it('A5 ids and keys carry 128 bits and more', () => {
    expect(newRoom({ title: '', width: 1, height: 1 }).record.id).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const ids = Array.from({ length: 1_000 }, () => newRoom({ title: '', width: 1, height: 1 }).record.id)
    expect(ids.filter((id) => id.startsWith('-'))).toEqual([])
    expect(newKeys().keys.view).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('A5 the secret is made once, kept, and readable by its owner only', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nurie-'))
    const [one, two] = await Promise.all([signingSecret(folder, undefined), signingSecret(folder, undefined)])
    expect(one).toBe(await readFile(join(folder, 'secret'), 'utf8'))
    expect(two).toBe(one)
    expect((await stat(join(folder, 'secret'))).mode & 0o777).toBe(0o600)
    expect(await signingSecret(folder, 'given by the settings')).toBe('given by the settings')
    await writeFile(join(folder, 'secret'), 'short')
    await expect(signingSecret(folder, undefined)).rejects.toThrow('too short')
    await rm(folder, { recursive: true })
  })
})

describe('tokens', () => {
  const guest = { id: 'g', name: 'Ann', color: '#123456', role: 'edit' as const }
  const session = { room: 'r', guest, generation: 3, keyMark: markOf('a key') }

  it('A2 a token is read back, by any server with the same secret', async () => {
    const token = await openTokens('a long enough secret').issue(session)
    expect(token).toMatch(/^[A-Za-z0-9._~-]+$/)
    expect(await openTokens('a long enough secret').read(token)).toEqual(session)
  })

  it('A8 a token is good for an hour, and holds nothing of the key that opens anything', async () => {
    let now = new Date('2026-01-01T00:00:00Z')
    const tokens = openTokens('a long enough secret', () => now)
    const { keys, hashes } = newKeys()
    const token = await tokens.issue({ ...session, keyMark: markOf(keys.edit) })
    now = new Date('2026-01-01T00:59:59Z')
    expect(await tokens.read(token)).toMatchObject({ generation: 3 })
    now = new Date('2026-01-01T01:00:01Z')
    expect(await tokens.read(token)).toBe('token-expired')
    const inside = Buffer.from(token.split('.')[1]!, 'base64url').toString()
    expect(inside).not.toContain(keys.edit)
    expect(inside).not.toContain(Buffer.from(hashes.edit).toString('base64url').slice(0, 12))
    expect(roleOf(markOf(keys.edit), hashes)).toBeUndefined()
  })

  it('A3 an expired token opens nothing, but tells who it was; a forged one tells nothing', async () => {
    let now = new Date('2026-01-01T00:00:00Z')
    const tokens = openTokens('a long enough secret', () => now)
    const token = await tokens.issue(session)
    now = new Date('2026-01-01T01:00:01Z')
    expect(await tokens.read(token)).toBe('token-expired')
    expect(await tokens.readExpired(token)).toEqual(session)
    const forged = await openTokens('another long secret').issue(session)
    expect(await tokens.read(forged)).toBe('bad-token')
    expect(await tokens.readExpired(forged)).toBeUndefined()
    for (const bad of ['', 'x', 'a.b.c', token.slice(0, -2)]) expect(await tokens.read(bad)).toBe('bad-token')
  })
})

describe('names and colors', () => {
  it('A4 names are cleaned: one line, no control or bidi characters, at most 24 graphemes', () => {
    expect(guestName('  Ann \n  Lee\u202e ')).toBe('Ann Lee')
    expect(guestName('e\u0301')).toBe('é')
    expect(cleanText('👩‍👩‍👧'.repeat(30), 24)).toBe('👩‍👩‍👧'.repeat(24))
    expect(cleanText(`a${'\u0301'.repeat(500)}`, 24)).toBe('')
    expect(guestName('\u200e\u0000')).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
    expect(guestName(undefined)).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
  })

  it('A4 a color follows from the guest’s id, and is nudged when it is taken', () => {
    const color = guestColor('g', new Set())
    expect(guestColor('g', new Set())).toBe(color)
    expect(color).toMatch(/^#[0-9a-f]{6}$/)
    const taken = new Set([color])
    expect(guestColor('g', taken)).not.toBe(color)
  })
})

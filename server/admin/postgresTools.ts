/**
 * pg_dump and pg_restore, PostgreSQL's own tools: found on the path or where Debian's packages put them, the newest first. The password goes
 * through the environment, where no list of processes shows it.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const DEBIANS = '/usr/lib/postgresql'

/** Resolves when it is done; rejects with an Error for people, which holds what the tool said. */
export function runTool(name: 'pg_dump' | 'pg_restore', url: string, args: readonly string[]): Promise<void> {
  const { password, ...parts } = addressOf(url)
  const child = spawn(toolPath(name), [`--dbname=${parts.url}`, ...args], {
    env: { ...process.env, ...(password && { PGPASSWORD: password }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${name} ended with ${code}: ${said.trim().split('\n').at(-1) ?? ''}`))
    })
  })
}

function addressOf(url: string): { url: string; password: string } {
  const parsed = new URL(url)
  const password = decodeURIComponent(parsed.password)
  parsed.password = ''
  return { url: parsed.href, password }
}

function toolPath(name: string): string {
  const versions = existsSync(DEBIANS) ? readdirSync(DEBIANS).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(DEBIANS, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ]
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (!found)
    throw new Error(
      `${name} is not here: install PostgreSQL's client of the database's version or newer (Debian: apt-get install postgresql-client).`,
    )
  return found
}

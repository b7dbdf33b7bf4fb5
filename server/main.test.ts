/** The real program, in which something nobody foresaw happens. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('R9 an exception nobody caught: the process says so, saves, and ends with 1', async () => {
  const fault = join(folder, 'fault.mjs')
  writeFileSync(fault, "process.on('SIGUSR2', () => { throw new Error('unforeseen') })")
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', fault, 'server/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PORT: '0', NURIE_DATA: folder, NURIE_LOG: 'fatal' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (!output.includes('http://') && (output + text).includes('http://')) child.kill('SIGUSR2')
    output += text
  })
  expect(await exited).toBe(1)
  expect(output).toContain('unforeseen')
  expect(output).toContain('saving and ending')
})

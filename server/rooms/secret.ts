/** The key that signs tokens: from the settings, or made at the first start and kept beside the data, readable by its owner only. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export async function signingSecret(folder: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const file = join(folder, 'secret')
  if (!existsSync(file)) {
    // Whole or not at all: a full disk or a crash must not leave one that is too short.
    await writeFile(`${file}.new`, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true })
    await rename(`${file}.new`, file)
  }
  const secret = (await readFile(file, 'utf8')).trim()
  if (secret.length < 16) throw new Error(`${file} is too short to sign with: delete it and start again`)
  return secret
}

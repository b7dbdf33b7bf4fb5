/** The key that signs tokens: from the settings, or made at the first start and kept beside the data, readable by its owner only. */
import { randomBytes, randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export async function signingSecret(folder: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return given
  const file = join(folder, 'secret')
  const secret = await readFile(file, 'utf8').catch(() => make(file))
  if (secret.trim().length < 16)
    throw new Error(`${file} is too short to sign with: delete it and start again`)
  return secret.trim()
}

/** Whole or not at all: a full disk or a crash must not leave one that is too short, and of two made at once the first counts. */
async function make(file: string): Promise<string> {
  const draft = `${file}.${randomUUID()}`
  try {
    await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true })
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(file, 'utf8')
}

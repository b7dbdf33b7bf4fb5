/** Files that are there whole or not at all, whenever the command ends. */
import { rmSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Fault } from './fault.ts'

const unfinished = new Set<string>()
// An interrupted write leaves nothing; one that was killed, a part that the next takes the place of.
process.on('exit', () => unfinished.forEach((part) => rmSync(part, { force: true })))

/** Makes the folder too. @throws Fault */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`
  unfinished.add(part)
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(part, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw new Fault(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
  } finally {
    unfinished.delete(part)
  }
}

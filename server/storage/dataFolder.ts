/** The folder of the data, opened or refused with one sentence that tells an operator what to do. Nothing in it is lost by that. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from './store.ts'
import { faultKindOf } from './storeFault.ts'

export const databaseOf = (folder: string) => join(folder, 'nurie.db')

/** Makes the folder when it is not there, and opens its store once a write has reached the disk. Throws an Error for people. */
export async function openDataFolder(folder: string, openStore: (file: string) => Store): Promise<Store> {
  try {
    await mkdir(folder, { recursive: true })
    const store = openStore(databaseOf(folder))
    try {
      await store.probe()
      return store
    } catch (error) {
      await store.close()
      throw error
    }
  } catch (error) {
    throw new Error(sentenceFor(folder, error), { cause: error })
  }
}

export function sentenceFor(folder: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const kind = faultKindOf(error)
  switch (kind) {
    case 'full':
      return `there is no space left for the data folder ${folder}: free some and start again.`
    case 'disk':
      return `the data folder ${folder} cannot be written (${message}): look at its rights, its owner and its disk.`
    case 'damaged':
      return `the database in ${folder} is damaged; it was left as it is. Look at it with "npm run doctor", then mend it with "npm run doctor -- repair".`
    case 'locked':
      return `another Nurie has the data folder ${folder} open: stop that one, or set NURIE_DATA to another folder.`
    case 'no-room':
    case 'behind':
    case 'other':
      return message
  }
}

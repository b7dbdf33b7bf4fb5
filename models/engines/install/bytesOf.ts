/** How many bytes lie below a folder; what goes away meanwhile counts nothing, and neither does a folder that is not there. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export async function bytesOf(folder: string): Promise<number> {
  let sum = 0
  for (const path of await readdir(folder, { recursive: true }).catch(() => [])) {
    const entry = await stat(join(folder, path)).catch(() => undefined)
    if (entry?.isFile()) sum += entry.size
  }
  return sum
}

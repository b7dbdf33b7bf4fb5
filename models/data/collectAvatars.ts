/** Generated busts of one DiceBear style. Seeds share parts, so a whole style is one split's: the key is for bookkeeping. */
import path from 'node:path'
import { pathToFileURL } from 'node:url'

import type { Picture } from './picture.ts'

export async function collectAvatars(
  core: string,
  root: string,
  source: string,
  use: 'train' | 'heldout',
  count: number,
): Promise<Picture[]> {
  const load = (folder: string): Promise<unknown> =>
    import(pathToFileURL(path.join(folder, 'lib/index.js')).href)
  const { createAvatar } = (await load(core)) as {
    createAvatar: (style: unknown, options: { seed: string }) => { toString(): string }
  }
  const style = await load(root)
  return Array.from({ length: count }, (_, i) => ({
    id: String(i),
    source,
    key: `${source}:${i}`,
    use,
    art: { kind: 'svg' as const, svg: createAvatar(style, { seed: `nurie-${i}` }).toString() },
  }))
}

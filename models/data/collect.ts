/** The pictures of each source, unpacked on demand; the code packages a generator needs come along. */
import { collectBigHeads, collectDicebear, collectFaces } from './collectAvatars.ts'
import { collectArt4apps, collectOpenclipart, collectRenpy } from './collectClipart.ts'
import { collectIcons, collectOpenmoji } from './collectEmoji.ts'
import { collectGcompris } from './collectGcompris.ts'
import { packageFolder, type Source } from './packages.ts'
import type { Picture } from './picture.ts'
import samples from './samples.json' with { type: 'json' }

/** How many pictures each generator draws. */
const generated = { train: 400, heldout: 60 }
const facesCode = ['dlv', 'dset', 'svgpath', 'svg-path-bbox']
const sampleFiles = samples.map((sample) => sample.source)
const sampleIds = new Set(sampleFiles.map((file) => file.replace(/\.svg$/, '').replace(/\//g, '.')))

export async function collect({ name, use }: Source, packages: string): Promise<Picture[]> {
  if (use === 'code' || use === 'pages') return []
  const root = await packageFolder(name, packages)
  const series = { source: name, use, count: generated[use] }
  if (name === 'openclipart-svg') return collectOpenclipart(root, sampleFiles)
  if (name === 'pysiogame') return collectArt4apps(root)
  if (name === 'gcompris-qt-data') return collectGcompris(root)
  if (name === 'renpy-thequestion' || name === 'renpy-demo') return collectRenpy(root, name)
  if (name === 'openmoji') return collectOpenmoji(root)
  if (name === '@bigheads/core') return collectBigHeads(root, series)
  if (name === 'facesjs') {
    for (const code of facesCode) await packageFolder(code, packages)
    return collectFaces(root, series)
  }
  if (name.startsWith('@dicebear/')) {
    return collectDicebear(await packageFolder('@dicebear/core', packages), root, series)
  }
  return collectIcons(root, name, use)
}

/** The product's own sample pages: they win over their near-duplicates and then stay out of every split. */
export function isSample({ source, id }: Picture): boolean {
  return source === 'openclipart-svg' && sampleIds.has(id)
}

/** The drawings of GCompris' activities (SVG inside .rcc files) and its word pictures (WebP, the artist of Art4Apps). */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

import type { Picture } from './picture.ts'
import { readRcc } from './rcc.ts'
import { seriesOf } from './split.ts'

/** Activities without pictures to color: maps, letters, numbers, boards, tiles, circuits. */
const noPictures =
  /^(geo|letters?|drawletters|drawnumbers|learn_|money|braille|louis-braille|chess|checkers|analog_|digital_|binary|tangram|baby_tangram|sudoku|tic_tac_toe|align4|mosaic|hexagon|oware|nine_men|algebra|calendar|clockgame|piano|play_|note_names|roman|crane|number|smallnumbers|enumerate|memory-|graph-coloring|tens_complement|lightsoff|algorithm|submarine|redraw|babyshapes|fifteen|solar_system|superbrain|gravity|gnumch|fractions|comparator|guess|color_mix|colors|menu|imagename|wordsgame|readingh|missing-letter|click_on_letter|gletters)/
const noPictureFiles =
  /(^|[/_-])(buttons?|arrow|cursor|grid|tile|icon|letter|numbers?|digit|flag|key|star|check|cross|frame|ok|cancel|left|right|up|down|bar)([-_/\d][^/]*)?\.svgz?$|\/(numbers|alphabets|digits)\/|core\/resource\/(?!bonus)/
/** Words that are numbers. */
const numberWords = /^(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty)$/

const words = 'activities/lang/resource/words_sample/'

export async function collectGcompris(root: string): Promise<Picture[]> {
  const folder = path.join(root, 'usr/share/gcompris-qt/rcc')
  const pictures: Picture[] = []
  for (const file of (await readdir(folder)).sort()) {
    if (!file.endsWith('.rcc') || noPictures.test(file)) continue
    for (const { path: name, read } of readRcc(await readFile(path.join(folder, file)))) {
      const id = name.replace('gcompris/src/', '')
      const art = id.startsWith(words)
        ? { kind: 'raster' as const, bytes: read(), lossy: true }
        : /\.svgz?$/.test(id) && !noPictureFiles.test(id)
          ? { kind: 'svg' as const, svg: svgText(read()) }
          : null
      const subject = seriesOf(path.basename(id).replace(/\.\w+$/, ''))
      if (art === null || numberWords.test(subject)) continue
      const key = art.kind === 'raster' ? `art4apps:${subject}` : `gcompris:${subject}`
      pictures.push({
        id: id
          .replace(/^activities\//, '')
          .replace(/\.\w+$/, '')
          .replace(/\//g, '.'),
        source: 'gcompris-qt-data',
        key,
        use: 'train',
        art,
      })
    }
  }
  return pictures
}

function svgText(bytes: Buffer): string {
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8')
}

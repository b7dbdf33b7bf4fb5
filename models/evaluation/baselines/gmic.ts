/**
 * G'MIC's "Colorize Lineart [Propagation]" (`fx_colorize_lineart`, by David Tschumperlé): a watershed of the color spots over
 * the line art. The program `gmic` must be installed; it is run once a scene, beside everything else.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeHints, encodeGreyPng, encodeRgbaPng } from '../../../files/image.ts'
import type { RgbPicture } from '../../../shared/picture.ts'
import { whitePage, type Method } from '../method.ts'
import { pageOf } from '../nurie.ts'

const run = promisify(execFile)

/** Input: lines, then color spots; output: lines, then one layer of colors; last the smoothness (percent of the side). */
const FILTER = ['fx_colorize_lineart', '1,2,0,0.4,0,0,0,0,0']

/** Undefined when there is no `gmic` to run. */
export async function openGmic(): Promise<(Method & { close(): Promise<void> }) | undefined> {
  const isThere = await run('gmic', ['-v', '0', '1,1']).then(
    () => true,
    () => false,
  )
  if (!isThere) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'nurie-gmic-'))
  let scenes = 0
  return {
    names: ['gmic'],
    slow: true,
    isBeside: true,
    async color({ picture, pixels }) {
      const { side } = picture
      if (pixels.every((pixel) => pixel === 0)) return { gmic: whitePage(side) }
      const name = join(folder, String(scenes++))
      const rgba = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength)
      await writeFile(`${name}-line.png`, await encodeGreyPng(pageOf(picture)))
      await writeFile(`${name}-hints.png`, await encodeRgbaPng({ width: side, height: side, rgba }))
      await run('gmic', [
        '-v',
        '0',
        `${name}-line.png`,
        `${name}-hints.png`,
        ...FILTER,
        'rm[0]',
        'o',
        `${name}-out.png`,
      ])
      return { gmic: withoutAlpha(await readFile(`${name}-out.png`).then(decodeHints)) }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

function withoutAlpha({ width, height, rgba }: Awaited<ReturnType<typeof decodeHints>>): RgbPicture {
  return { width, height, rgb: rgba.filter((_, i) => i % 4 !== 3) }
}

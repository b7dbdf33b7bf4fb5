/** Generated busts and faces. Seeds share parts, so a whole style is one split's: the key is for bookkeeping. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { compileFunction } from 'node:vm'

import { markupText, react } from './markupElement.ts'
import type { Picture } from './picture.ts'
import { withSeed } from './seededRandom.ts'

interface Series {
  source: string
  use: 'train' | 'heldout'
  count: number
}

export async function collectDicebear(core: string, root: string, series: Series): Promise<Picture[]> {
  const { createAvatar } = (await load(path.join(core, 'lib/index.js'))) as {
    createAvatar: (style: unknown, options: { seed: string }) => { toString(): string }
  }
  const style = await load(path.join(root, 'lib/index.js'))
  return draw(series, (i) => createAvatar(style, { seed: `nurie-${i}` }).toString())
}

export async function collectFaces(root: string, series: Series): Promise<Picture[]> {
  const { generate, faceToSvgString } = (await load(path.join(root, 'build/index.js'))) as {
    generate: (overrides: object, options: { gender: 'male' | 'female' }) => object
    faceToSvgString: (face: object) => string
  }
  const dye = (): string =>
    `#${Math.floor(Math.random() * 0x1000000)
      .toString(16)
      .padStart(6, '0')}`
  return draw(series, (i) =>
    withSeed(i, () => {
      const teamColors = [dye(), dye(), dye()]
      return faceToSvgString(generate({ teamColors }, { gender: i % 2 === 0 ? 'female' : 'male' }))
    }),
  )
}

type Bundle = (exports: object, require: () => unknown) => void

export async function collectBigHeads(root: string, series: Series): Promise<Picture[]> {
  const file = path.join(root, 'dist/core.cjs.production.min.js')
  const bundle = compileFunction(await readFile(file, 'utf8'), ['exports', 'require']) as Bundle
  const found = {} as { BigHead: (props: object, ref: null) => unknown }
  bundle(found, () => react)
  return draw(series, (i) =>
    withSeed(i, () => markupText(react.createElement(found.BigHead, { mask: false, graphic: 'none' }))),
  )
}

function draw({ source, use, count }: Series, svgOf: (seed: number) => string): Picture[] {
  return Array.from({ length: count }, (_, i) => ({
    id: String(i),
    source,
    key: `${source}:${i}`,
    use: use === 'train' ? 'generated' : use,
    art: { kind: 'svg' as const, svg: svgOf(i) },
  }))
}

function load(file: string): Promise<unknown> {
  return import(pathToFileURL(file).href)
}

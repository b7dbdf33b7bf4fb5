/**
 * OpenRaster files of strangers as line art: the layers of the lines (lineLayers.ts) where there are some, else the merged picture
 * that every such file has. Only the pictures that are needed are ever decoded.
 *
 * OpenRaster 0.0.6: a zip archive with `stack.xml`, which names the layers top first, and `mergedimage.png`.
 */
import { limits } from '../shared/limits.ts'
import type { GreyPage } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { decodeHints, decodeSketch } from './image.ts'
import { lineLayers, onPaper, type Found, type FoundGroup, type FoundLayer } from './lineLayers.ts'
import { unzip, ZipFault } from './unzip.ts'

const STACK = 'stack.xml'
const MERGED = 'mergedimage.png'
/** A layer, a thumbnail of it and its folder, and what programs add. */
const ENTRIES = 4 * limits.layers
const STACK_BYTES = 1024 * 1024
const DEEPEST = 64

/** @throws Refusal */
export async function decodeOra(bytes: Uint8Array): Promise<GreyPage> {
  const stack = new TextDecoder().decode(part(bytes, STACK, STACK_BYTES))
  const { width, height, layers } = readStack(stack, (source) => part(bytes, source, limits.fileBytes))
  if (width * height > limits.uploadPixels || Math.max(width, height) > limits.uploadSide)
    throw new Refusal('too-many-pixels')
  const lines = lineLayers(layers)
  return lines ? onPaper({ width, height }, lines) : decodeSketch(part(bytes, MERGED, limits.fileBytes))
}

function part(bytes: Uint8Array, name: string, most: number): Uint8Array {
  try {
    const found = unzip(bytes, (each) => each === name, { entries: ENTRIES, bytes: most }).get(name)
    if (!found) throw new Refusal('broken-image')
    return found
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error
    throw new Refusal(error.kind === 'broken' ? 'broken-image' : 'image-too-complex', { cause: error })
  }
}

type Stack = { width: number; height: number; layers: readonly Found[] }

const tag = /<(\/?)(image|stack|layer)\b((?:[^<>"']|"[^"<]*"|'[^'<]*')*?)(\/?)>/g
const attribute = /([\w-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Of XML only what the format has: elements and attributes. Entities of a file's own are not. */
function readStack(xml: string, bytesOf: (source: string) => Uint8Array): Stack {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new Refusal('broken-image')
  let size: Pick<Stack, 'width' | 'height'> | undefined
  const root: Found[] = []
  const open: Found[][] = [root]
  let count = 0
  for (const [, closing, name, inside = '', selfClosing] of xml.matchAll(tag)) {
    const told = attributesIn(inside)
    if (name === 'image') {
      if (!closing) size ??= { width: wholeOf(told.get('w')), height: wholeOf(told.get('h')) }
      continue
    }
    if (closing) {
      if (name === 'stack' && open.length > 1) open.pop()
      continue
    }
    if (++count > limits.layers) throw new Refusal('too-many-layers')
    const common = {
      name: told.get('name') ?? '',
      hidden: told.get('visibility') === 'hidden',
      opacity: Math.min(1, Math.max(0, Number(told.get('opacity') ?? 1) || 0)),
    }
    // Layers come top first.
    if (name === 'layer') open.at(-1)!.unshift({ ...common, ...layerOf(told, bytesOf) })
    else {
      const layers: Found[] = []
      open.at(-1)!.unshift({ ...common, layers } satisfies FoundGroup)
      if (open.length > DEEPEST) throw new Refusal('image-too-complex')
      if (!selfClosing) open.push(layers)
    }
  }
  if (!size || size.width < 1 || size.height < 1) throw new Refusal('broken-image')
  return { ...size, layers: root }
}

function layerOf(
  told: ReadonlyMap<string, string>,
  bytesOf: (source: string) => Uint8Array,
): Omit<FoundLayer, 'name' | 'hidden' | 'opacity'> {
  const source = told.get('src') ?? ''
  return {
    left: wholeOf(told.get('x') ?? '0'),
    top: wholeOf(told.get('y') ?? '0'),
    // How large it is only its picture tells.
    width: 1,
    height: 1,
    picture: () => decodeHints(bytesOf(source)),
  }
}

function wholeOf(text: string | undefined): number {
  const number = Number(text)
  if (!Number.isInteger(number) || Math.abs(number) > 1e6) throw new Refusal('broken-image')
  return number
}

const attributesIn = (text: string): Map<string, string> =>
  new Map(
    Array.from(text.matchAll(attribute), ([, name = '', double, single]) => [
      name,
      (double ?? single ?? '').replace(
        /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
        (whole, ...[decimal, hex, word]: string[]) => {
          if (word) return entities[word] ?? whole
          const code = decimal ? Number(decimal) : parseInt(hex!, 16)
          return code <= 0x10ffff ? String.fromCodePoint(code) : whole
        },
      ),
    ]),
  )

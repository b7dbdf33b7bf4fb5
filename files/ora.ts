/**
 * Writes OpenRaster files (openraster.org, version 0.0.5): a zip of PNGs, `stack.xml` that lays them over each other, the merged picture
 * and a thumbnail. What Krita, GIMP, MyPaint and Pinta read.
 */
import { encodePng, encodePngWithin, encodeRgbaPng } from './image.ts'
import type { Layer, LayeredPicture } from './layers.ts'
import { zip, type ZipEntry } from './zip.ts'

const THUMBNAIL_SIDE = 256
const blendNames = { normal: 'svg:src-over', multiply: 'svg:multiply' } as const

const text = (content: string) => new TextEncoder().encode(content)

/** The file's bytes. */
export async function encodeOra(picture: LayeredPicture): Promise<Uint8Array> {
  const { width, height, composite } = picture
  const pictures: ZipEntry[] = []
  /** The highest first, as the format has it. */
  async function stackOf(layers: readonly Layer[]): Promise<string> {
    const lines: string[] = []
    for (const layer of [...layers].reverse()) lines.push(await lineOf(layer))
    return lines.join('\n')
  }
  async function lineOf(layer: Layer): Promise<string> {
    const { name, opacity, hidden } = layer
    const common = `name="${escaped(name)}" opacity="${opacity}" visibility="${hidden ? 'hidden' : 'visible'}"`
    if ('layers' in layer) return `<stack ${common}>\n${await stackOf(layer.layers)}\n</stack>`
    const src = `data/layer${pictures.length}.png`
    pictures.push({ name: src, bytes: await encodeRgbaPng(layer.picture), stored: true })
    return `<layer ${common} composite-op="${blendNames[layer.blend]}" x="${layer.left}" y="${layer.top}" src="${src}"/>`
  }
  const stack = await stackOf(picture.layers)
  const image = `<?xml version="1.0" encoding="UTF-8"?>
<image version="0.0.5" w="${width}" h="${height}" xres="72" yres="72">
<stack>
${stack}
</stack>
</image>
`
  return zip([
    // First and as it is: by this the kind of file is told.
    { name: 'mimetype', bytes: text('image/openraster'), stored: true },
    { name: 'stack.xml', bytes: text(image) },
    ...pictures,
    {
      name: 'Thumbnails/thumbnail.png',
      bytes: await encodePngWithin(composite, THUMBNAIL_SIDE),
      stored: true,
    },
    { name: 'mergedimage.png', bytes: await encodePng(composite), stored: true },
  ])
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** As an XML attribute; what XML cannot hold is left out. */
const escaped = (name: string) =>
  name.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '').replace(/[&<>"']/g, (letter) => entities[letter]!)

/** Layered files, read back by others than wrote them: @webtoon/psd, and sharp. */
import Psd, { type Group, type Layer as ReadLayer } from '@webtoon/psd'
import { unzipSync } from 'fflate'
import sharp from 'sharp'
import { beforeEach, expect, it } from 'vitest'
import { plainLook } from '../shared/pageSettings.ts'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import { linesOver } from '../shared/upsampler.ts'
import { MOST_LAYERS } from './flatLayers.ts'
import { encodeOra } from './ora.ts'
import { pageLayers, type PageLayersOptions } from './pageLayers.ts'
import { encodePsd } from './psd.ts'

const WIDTH = 60
const HEIGHT = 40
const SEA = 0x1e90ff
const SAND = 0xf4d29a

const picture = (colorAt: (x: number, y: number) => number): RgbPicture => {
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT)
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const color = colorAt(at % WIDTH, Math.floor(at / WIDTH))
    rgb.set([color >> 16, color >> 8, color], 3 * at)
  }
  return { width: WIDTH, height: HEIGHT, rgb }
}
const isSand = (x: number, y: number) => x >= 12 && x < 31 && y >= 20 && y < 33
/** A line with soft edges, so that every byte of the ink counts. */
const page: GreyPage = {
  width: WIDTH,
  height: HEIGHT,
  grey: Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) => Math.min(255, 40 * Math.abs((i % WIDTH) - 12))),
}
const hint = { width: 3, height: 2, rgba: Uint8Array.from({ length: 24 }, (_, i) => (i % 4 === 3 ? 255 : i)) }

let options: PageLayersOptions
beforeEach(() => {
  options = {
    page,
    colors: picture((x, y) => ((4 * x) << 16) | ((6 * y) << 8) | 77),
    flats: picture((x, y) => (isSand(x, y) ? SAND : SEA)),
    hints: [
      { name: 'Ann', left: 5, top: 7, picture: hint },
      { name: '花子 & <Söhne>', left: 50, top: 30, picture: hint },
    ],
    look: plainLook,
    nameOf: (color) => (color === SEA ? '海 "deep"' : `#${color.toString(16)}`),
  }
})

const look = { saturation: 0.5, lineOpacity: 0.6 }
const compositeOf = ({ look, ...given }: PageLayersOptions) => {
  const { composite } = pageLayers({
    ...given,
    look,
    colors: { ...given.colors, rgb: given.colors.rgb.slice() },
  })
  return composite
}

const readPsd = (bytes: Uint8Array) => Psd.parse(Uint8Array.from(bytes).buffer)
/** A layer's own pixels, as another library reads them. */
const pixelsOf = async (layer: ReadLayer) => new Uint8Array(await layer.composite(false, false))
const opaque = ({ rgb }: RgbPicture) =>
  Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : rgb[3 * (i >> 2) + (i % 4)]!,
  )
const where = ({ left, top, width, height }: ReadLayer) => [left, top, width, height]

it('X4 a PSD has the layers Lines, Hints, Colors, Flats, with their places, blending and pixels, for another reader', async () => {
  const composite = compositeOf(options)
  const psd = readPsd(encodePsd(pageLayers(options)))
  expect([psd.width, psd.height]).toEqual([WIDTH, HEIGHT])
  const [lines, hints, colors, flats] = psd.children as [ReadLayer, Group, ReadLayer, Group]
  expect(psd.children.map(({ name }) => name)).toEqual(['Lines', 'Hints', 'Colors', 'Flats'])
  expect([lines, colors].map(({ type }) => type)).toEqual(['Layer', 'Layer'])
  expect([hints, flats].map(({ type }) => type)).toEqual(['Group', 'Group'])
  // The specification's four letters.
  const record = (layer: ReadLayer | Group) =>
    (layer as unknown as { layerFrame: { layerProperties: { blendMode: string; hidden: boolean } } })
      .layerFrame.layerProperties
  expect([lines, colors].map((layer) => record(layer).blendMode)).toEqual(['mul ', 'norm'])
  expect(where(lines)).toEqual([0, 0, WIDTH, HEIGHT])
  expect(lines.opacity).toBe(255)
  const ink = await pixelsOf(lines)
  for (let channel = 0; channel < 3; channel++)
    expect(ink.filter((_, i) => i % 4 === channel)).toEqual(page.grey)
  expect(await pixelsOf(colors)).toEqual(opaque(options.colors))
  expect(new Uint8Array(await psd.composite())).toEqual(opaque(composite))

  const [sand, sea] = flats.children as [ReadLayer, ReadLayer]
  expect(flats.children.map(({ name }) => name)).toEqual(['#f4d29a', '海 "deep"'])
  expect(where(sea)).toEqual([0, 0, WIDTH, HEIGHT])
  expect(where(sand)).toEqual([12, 20, 19, 13])
  expect([...(await pixelsOf(sand)).subarray(0, 4)]).toEqual([0xf4, 0xd2, 0x9a, 255])
  const alpha = (await pixelsOf(sea)).filter((_, i) => i % 4 === 3)
  expect(alpha).toEqual(
    Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
      isSand(i % WIDTH, Math.floor(i / WIDTH)) ? 0 : 255,
    ),
  )

  expect([hints, flats].map((group) => record(group).hidden)).toEqual([true, false])
  const [upper, lower] = hints.children as [ReadLayer, ReadLayer]
  expect([upper.name, where(upper)]).toEqual(['花子 & <Söhne>', [50, 30, 3, 2]])
  expect([lower.name, where(lower)]).toEqual(['Ann', [5, 7, 3, 2]])
  expect(await pixelsOf(lower)).toEqual(hint.rgba)
})

it('X5 an ORA has the same layers: a stack of PNGs, the file kind first, the merged picture and a thumbnail', async () => {
  const composite = compositeOf({ ...options, look })
  const bytes = await encodeOra(pageLayers({ ...options, look }))
  expect(Buffer.from(bytes.subarray(30, 54)).toString()).toBe('mimetypeimage/openraster')
  const files = unzipSync(bytes)
  const xml = Buffer.from(files['stack.xml']!).toString()
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]
  const tags = xml.match(/<(stack|layer) [^>]*>/g)!
  expect(tags.map((tag) => attribute(tag, 'name'))).toEqual([
    'Lines',
    'Hints',
    '花子 &amp; &lt;Söhne&gt;',
    'Ann',
    'Colors',
    'Flats',
    '#f4d29a',
    '海 &quot;deep&quot;',
  ])
  const [lines, hints, , ann, , , sand] = tags as [string, string, string, string, string, string, string]
  expect([attribute(lines, 'composite-op'), attribute(lines, 'opacity')]).toEqual(['svg:multiply', '0.6'])
  expect([attribute(hints, 'visibility'), attribute(lines, 'visibility')]).toEqual(['hidden', 'visible'])
  expect([attribute(ann, 'x'), attribute(ann, 'y')]).toEqual(['5', '7'])
  const read = async (name: string) => sharp(files[name]).raw().toBuffer({ resolveWithObject: true })
  const ink = await read(attribute(lines, 'src')!)
  expect(Uint8Array.from(ink.data).filter((_, i) => i % ink.info.channels === 1)).toEqual(page.grey)
  expect((await read(attribute(sand, 'src')!)).info).toMatchObject({ width: 19, height: 13, channels: 4 })
  expect(Uint8Array.from((await read('mergedimage.png')).data)).toEqual(composite.rgb)
  expect((await read('Thumbnails/thumbnail.png')).info).toMatchObject({ format: 'raw', width: WIDTH })
})

it('X6 layers have the page’s look: saturation in their colors, the lines’ opacity as the layer’s own', async () => {
  const psd = readPsd(encodePsd(pageLayers({ ...options, look })))
  const [lines, , colors, flats] = psd.children as [ReadLayer, Group, ReadLayer, Group]
  expect(lines.opacity).toBe(Math.round(0.6 * 255))
  expect((await pixelsOf(lines)).filter((_, i) => i % 4 === 0)).toEqual(page.grey)
  // Names go by the color that was painted.
  expect(flats.children.map(({ name }) => name)).toEqual(['#f4d29a', '海 "deep"'])
  const sea = (await pixelsOf(flats.children[1] as ReadLayer)).subarray(0, 3)
  expect([...sea]).not.toEqual([0x1e, 0x90, 0xff])
  const [r, g, b] = await pixelsOf(colors)
  const seen = linesOver(
    { width: 1, height: 1, rgb: Uint8Array.of(r!, g!, b!) },
    { width: 1, height: 1, grey: page.grey.slice(0, 1) },
    0.6,
  )
  expect([...new Uint8Array(await psd.composite()).subarray(0, 3)]).toEqual([...seen.rgb])
})

it('X7 of a page of very many colors the smallest share one layer, and the layers together are the flats', async () => {
  const flats = picture((x, y) => (y < 20 ? 0xffffff : 0x100000 + y * WIDTH + x))
  const layers = (readPsd(encodePsd(pageLayers({ ...options, flats }))).children[3] as Group)
    .children as ReadLayer[]
  expect(layers).toHaveLength(MOST_LAYERS)
  expect(layers[0]!.name).toBe('Other colors')
  const together = new Uint8Array(4 * WIDTH * HEIGHT)
  for (const layer of layers) {
    const pixels = await pixelsOf(layer)
    for (let at = 0; at < layer.width * layer.height; at++) {
      if (pixels[4 * at + 3] !== 255) continue
      const to = 4 * ((layer.top + Math.floor(at / layer.width)) * WIDTH + layer.left + (at % layer.width))
      expect(together[to + 3]).toBe(0)
      together.set(pixels.subarray(4 * at, 4 * at + 4), to)
    }
  }
  expect(together).toEqual(opaque(flats))
})

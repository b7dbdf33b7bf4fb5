import { writePsdUint8Array, type Layer } from 'ag-psd'
import { describe, expect, it } from 'vitest'
import { limits } from '../shared/limits.ts'
import type { GreyPage } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { decodeDrawing } from './drawing.ts'
import { encodeRgbaPng } from './image.ts'
import { zip } from './zip.ts'

const [width, height] = [40, 30]
type Rgba = [number, number, number, number]
const solid = (w: number, h: number, color: Rgba) => ({
  width: w,
  height: h,
  data: Uint8ClampedArray.from({ length: 4 * w * h }, (_, i) => color[i % 4]!),
})
const black: Rgba = [0, 0, 0, 255]
const layer = (name: string, left: number, color: Rgba, more: Partial<Layer> = {}): Layer => ({
  name,
  left,
  top: 10,
  imageData: solid(10, 10, color),
  ...more,
})
const merged = solid(width, height, [200, 200, 200, 255])
const psd = (children: Layer[], imageData = merged) =>
  writePsdUint8Array({ width, height, imageData, children })
const at = (page: GreyPage, x: number) => page.grey[15 * page.width + x]!
const looks = async (file: Promise<GreyPage> | Uint8Array) => {
  const page = file instanceof Uint8Array ? await decodeDrawing(file) : await file
  expect([page.width, page.height, page.grey.length]).toEqual([width, height, width * height])
  return [2, 12, 22, 32].map((x) => at(page, x))
}
const answer = (bytes: Uint8Array) =>
  decodeDrawing(bytes).then(
    () => 'taken',
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

const [red, sky] = [layer('Colors', 10, [255, 0, 0, 255]), layer('Himmel', 20, [0, 0, 255, 255])]

describe('PSD', () => {
  it('I10 the layer of the lines is the line art, by the names artists give it, alone and on white', async () => {
    for (const name of [
      'Lines',
      'LINE ART',
      'lineart copy 2',
      'Ink',
      '線画',
      '线稿',
      '線稿のコピー',
      ' Line_Art #3',
    ])
      expect(await looks(psd([red, layer(name, 30, black), sky])), name).toEqual([255, 255, 255, 0])
    expect(
      await looks(psd([layer('Lines', 0, [0, 0, 0, 128]), layer('Ink', 30, black, { opacity: 0.5 })])),
    ).toEqual([127, 255, 255, 127])
    // Partly outside of the page.
    expect(await looks(psd([layer('Lines', -6, black), layer('ink', 35, black)]))).toEqual([0, 255, 255, 255])
  })

  it('I10 a group of that name counts as a whole, without what is hidden in it; groups around it fade it', async () => {
    const group = (name: string, children: Layer[], more: Partial<Layer> = {}): Layer => ({
      name,
      children,
      ...more,
    })
    const inside = [layer('hair', 10, black), layer('face', 20, black, { hidden: true })]
    expect(await looks(psd([red, group('Inking', [group('all', inside)])]))).toEqual([255, 0, 255, 255])
    const faded = group('figure', [layer('line', 30, black), sky], { opacity: 0.5 })
    expect(await looks(psd([faded]))).toEqual([255, 255, 255, 127])
  })

  it('I10 without lines, or with hidden ones, a drawing is taken as it looks', async () => {
    for (const children of [
      [red, sky],
      [red, layer('Lines', 30, black, { hidden: true })],
      [layer('outlined text', 0, black)],
    ])
      expect(await looks(psd(children))).toEqual([200, 200, 200, 200])
    expect(await looks(psd([]))).toEqual([200, 200, 200, 200])
    const colors = solid(width, height, [255, 0, 0, 255])
    expect(await looks(psd([], colors))).toEqual([76, 76, 76, 76])
  })

  it('I13 one cut short anywhere, or that claims more than is there, is refused before its pixels are read', async () => {
    const bytes = psd([red, layer('Lines', 30, black)])
    for (let length = 4; length < bytes.length; length += 7)
      expect(await answer(bytes.subarray(0, length)), String(length)).toBe('broken-image')
    const claims = (...edits: [place: number, value: number, size: 1 | 2 | 4][]) => {
      const changed = Buffer.from(bytes)
      for (const [place, value, size] of edits) changed.writeUIntBE(value, place, size)
      return answer(changed)
    }
    const [version, channels, rows, columns, bits, mode] = [4, 12, 14, 18, 22, 24]
    expect(await claims([rows, 30_000, 4], [columns, 30_000, 4])).toBe('too-many-pixels')
    expect(await claims([columns, limits.uploadSide + 1, 4])).toBe('too-many-pixels')
    expect(await claims([rows, 0, 4])).toBe('broken-image')
    expect(await claims([rows, 5_000, 4])).toBe('broken-image')
    expect(await claims([channels, 9, 2])).toBe('broken-image')
    for (const kind of [
      [version, 2, 2],
      [bits, 16, 2],
      [bits, 32, 2],
      [bits, 1, 2],
      [mode, 4, 2],
      [mode, 9, 2],
      [mode, 2, 2],
    ] as const)
      expect(await claims([...kind])).toBe('psd-kind')
    expect(await claims([version, 3, 2])).toBe('broken-image')
  })

  it('I13 thousands of layers, and layers of any claimed size, cost nothing', async () => {
    const crowd = Array.from({ length: limits.layers + 1 }, (_, i): Layer => ({ name: `${i}` }))
    expect(await answer(psd(crowd))).toBe('too-many-layers')
    expect(await answer(psd(crowd.slice(1)))).toBe('taken')
    // A layer of 30,000 by 30,000, in a few bytes.
    const bytes = Buffer.from(psd([layer('Lines', 0, black)]))
    const record = bytes.indexOf(Buffer.from([0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 10]))
    bytes.writeInt32BE(30_000, record + 8)
    bytes.writeInt32BE(30_000, record + 12)
    expect(await answer(bytes)).toBe('too-many-pixels')
  })
})

const xml = (inside: string, more = `w="${width}" h="${height}"`) =>
  `<?xml version='1.0' encoding='UTF-8'?>\n<image version="0.0.3" ${more}>${inside}</image>`
async function ora(stack: string, more: { name: string; bytes: Uint8Array }[] = []): Promise<Uint8Array> {
  const png = async (color: Rgba, w = 10, h = 10) => {
    const { data } = solid(w, h, color)
    return encodeRgbaPng({ width: w, height: h, rgba: new Uint8Array(data.buffer) })
  }
  return zip([
    { name: 'mimetype', bytes: new TextEncoder().encode('image/openraster'), stored: true },
    { name: 'stack.xml', bytes: new TextEncoder().encode(stack) },
    { name: 'data/black.png', bytes: await png(black), stored: true },
    { name: 'data/red.png', bytes: await png([255, 0, 0, 255]), stored: true },
    { name: 'mergedimage.png', bytes: await png([200, 200, 200, 255], width, height), stored: true },
    ...more,
  ])
}
const element = (name: string, x: number, more = '') =>
  `<layer name="${name}" src="data/black.png" x="${x}" y="10" ${more}/>`

describe('OpenRaster', () => {
  it('I11 the layers of the lines are the line art, else the merged picture', async () => {
    const colors = '<layer name="Colors" src="data/red.png" x="10" y="10"/>'
    for (const name of ['Lines', 'Line Art', '線画', 'Ink 1', '&#x7DDA;&#30011;'])
      expect(await looks(await ora(xml(`<stack>${element(name, 30)}${colors}</stack>`))), name).toEqual([
        255, 255, 255, 0,
      ])
    const group = `<stack name='lines' opacity="0.5">${element('a', 10)}${element('b', 20, 'visibility="hidden"')}</stack>`
    expect(await looks(await ora(xml(`<stack>${colors}${group}</stack>`)))).toEqual([255, 128, 255, 255])
    expect(await looks(await ora(xml(`<stack>${colors}</stack>`)))).toEqual([200, 200, 200, 200])
    // Top first: what comes later lies below.
    const covered = `<stack name="ink"><layer src="data/red.png" x="0" y="10"/>${element('x', 0)}</stack>`
    expect(await looks(await ora(xml(`<stack>${covered}</stack>`)))).toEqual([76, 255, 255, 255])
  })

  it('I13 what is no stack, names what is not there, or tells of too much is refused', async () => {
    const lines = `<stack>${element('Lines', 0)}</stack>`
    expect(await answer(await ora('<svg/>'))).toBe('broken-image')
    expect(await answer(await ora(xml(lines, 'w="30000" h="30000"')))).toBe('too-many-pixels')
    for (const size of ['', 'w="0" h="9"', 'w="x" h="9"', 'w="1e9" h="1"', 'w="4.5" h="1"'])
      expect(await answer(await ora(xml(lines, size))), size).toBe('broken-image')
    const bombs = `<!DOCTYPE image [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${xml(lines)}`
    expect(await answer(await ora(bombs))).toBe('broken-image')
    expect(
      await answer(await ora(xml(`<stack>${element('Lines', 0).replace('black', 'none')}</stack>`))),
    ).toBe('broken-image')
    expect(await answer(await ora(xml(element('a', 0).repeat(limits.layers + 1))))).toBe('too-many-layers')
    expect(await answer(await ora(xml('<stack>'.repeat(100))))).toBe('image-too-complex')
    expect(await answer(await ora(xml(' '.repeat(2_000_000))))).toBe('image-too-complex')
    for (const hurt of ['<layer '.repeat(100_000), `<layer name="${'a" b="'.repeat(50_000)}`])
      expect(await answer(await ora(xml(hurt)))).toBe('taken')
    const whole = await ora(xml(lines))
    for (let length = 60; length < whole.length; length += 40)
      expect(await answer(whole.subarray(0, length))).toBe('broken-image')
  })
})

it('I14 any other archive, and a whole room where a drawing is wanted, is no picture', async () => {
  const archive = (type: string) =>
    zip([{ name: 'mimetype', bytes: new TextEncoder().encode(type), stored: true }])
  for (const type of ['application/epub+zip', 'application/vnd.nurie', 'image/open'])
    expect(await answer(archive(type))).toBe('not-an-image')
  expect(await answer(zip([{ name: 'a', bytes: Uint8Array.of(1) }]))).toBe('not-an-image')
})

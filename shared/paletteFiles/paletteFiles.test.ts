import { describe, expect, test } from 'vitest'
import { Refusal } from '../refusal.ts'
import { isPaletteFile, paletteFormats, readPalette } from './paletteFormats.ts'

const read = (content: string | Uint8Array) =>
  readPalette(typeof content === 'string' ? new TextEncoder().encode(content) : content)
const colorsIn = (content: string | Uint8Array) =>
  read(content).colors.map(({ name, color }) => [name, color.toString(16).padStart(6, '0')])

/** Adobe's blocks, put together byte by byte. */
class AseBytes {
  readonly #bytes: number[] = []
  u16 = (...values: number[]) => this.put(...values.flatMap((value) => [value >> 8, value & 255]))
  u32 = (value: number) => this.put(value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255)
  put(...bytes: number[]) {
    this.#bytes.push(...bytes)
    return this
  }
  text = (text: string) => this.put(...[...text].map((letter) => letter.charCodeAt(0)))
  name(name: string) {
    this.u16(name.length + 1)
    for (let i = 0; i < name.length; i++) this.u16(name.charCodeAt(i))
    return this.u16(0)
  }
  floats(...values: number[]) {
    const view = new DataView(new ArrayBuffer(4 * values.length))
    values.forEach((value, i) => view.setFloat32(4 * i, value))
    return this.put(...new Uint8Array(view.buffer))
  }
  block(type: number, body: AseBytes) {
    return this.u16(type)
      .u32(body.#bytes.length)
      .put(...body.#bytes)
  }
  get bytes() {
    return Uint8Array.from(this.#bytes)
  }
}

const color = (name: string, model: string, floats: number[], kind = 2) =>
  new AseBytes()
    .name(name)
    .text(model)
    .floats(...floats)
    .u16(kind)

const adobe = new AseBytes()
  .text('ASEF')
  .u16(1, 0)
  .u32(8)
  .block(0xc001, new AseBytes().name('Skin 肌'))
  .block(1, color('Ünïcode 髪', 'RGB ', [1, 0.5, 0]))
  .block(1, color('Ink', 'CMYK', [0, 1, 1, 0.5], 1))
  .block(0xc002, new AseBytes())
  .block(1, color('Half', 'Gray', [0.5], 0))
  .block(1, color('Lab red', 'LAB ', [0.5429, 80.8, 69.9]))
  .block(1, color('', 'RGB ', [1, 1, 1]))
  .block(0x7777, new AseBytes().put(1, 2, 3)).bytes

const gimp = [
  'GIMP Palette',
  'Name: Bears and trees',
  'Columns: 4',
  '# A comment',
  '  8   8   8\tGrays with spaces',
  '255 255 255 ',
  '#',
  '',
  '0\t128\t255\tUntitled',
  ' 10 20 30    12 o’clock',
].join('\r\n')

function problemOf(reading: () => unknown): string {
  try {
    reading()
    return 'taken'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return error.code
  }
}

describe('palette files', () => {
  test('K5 GPL as GIMP, Krita and Aseprite write it: comments, columns, names with spaces, none at all', () => {
    expect(colorsIn(gimp)).toEqual([
      ['Grays with spaces', '080808'],
      ['', 'ffffff'],
      ['', '0080ff'],
      ['12 o’clock', '0a141e'],
    ])
    expect(read(gimp).title).toBe('Bears and trees')
    expect(colorsIn('GIMP Palette\nChannels: RGBA\n1 2 3 255 With alpha\n4 5 6 0')).toEqual([
      ['With alpha', '010203'],
      ['', '040506'],
    ])
  })

  test('K5 ASE as Adobe writes it: groups, UTF-16 names, RGB, CMYK, Gray and LAB, blocks nobody knows', () => {
    expect(colorsIn(adobe)).toEqual([
      ['Ünïcode 髪', 'ff8000'],
      ['Ink', '800000'],
      ['Half', '808080'],
      ['Lab red', 'ff0000'],
      ['', 'ffffff'],
    ])
    expect(read(adobe).title).toBe('Skin 肌')
  })

  test('K5 an old GPL that is not UTF-8 is read as Latin-1', () => {
    const bytes = Uint8Array.from('GIMP Palette\n1 2 3 Bleu fonc\u00e9', (letter) => letter.charCodeAt(0))
    expect(colorsIn(bytes)).toEqual([['Bleu foncé', '010203']])
  })

  test('K5 JSON: Nurie’s own, lists of hex texts or objects, texts by name', () => {
    const hair = ['Hair', '7a4a2e']
    expect(colorsIn('{"name":"x","colors":[{"name":"Hair","color":"#7a4a2e"}]}')).toEqual([hair])
    expect(colorsIn('[{"name":"Hair","hex":"7A4A2E"}]')).toEqual([hair])
    expect(colorsIn('{"Hair":"#7a4a2e","Paper":"#fff"}')).toEqual([hair, ['Paper', 'ffffff']])
    expect(colorsIn('\uFEFF["#000000", "fff"]')).toEqual([
      ['', '000000'],
      ['', 'ffffff'],
    ])
  })

  test.each(paletteFormats.map((format) => [format.name, format] as const))(
    'K5 %s that Nurie wrote reads back the same',
    (_, format) => {
      const palette = {
        title: 'Songbird',
        colors: [
          { name: 'Hair', color: 0x7a4a2e },
          { name: 'Ünïcode 髪 😀', color: 0x000001 },
          { name: '12 red', color: 0xffffff },
          { name: '"quoted", with # signs', color: 0x0180fe },
        ],
      }
      const again = read(format.write(palette))
      expect(again.colors).toEqual(palette.colors)
      expect(isPaletteFile({ name: `My.${format.ending.toUpperCase()}` })).toBe(true)
    },
  )

  test('K5 what is no palette, or damaged, is told in a sentence, and nothing of it is taken', () => {
    const bad: (string | Uint8Array<ArrayBuffer>)[] = [
      '',
      'hello',
      'GIMP Palette\n1 2\n',
      'GIMP Palette\n1 2 256 Too much\n',
      'GIMP Palette\nName: none\n',
      '{"colors":',
      '{"colors":[]}',
      '[1, 2]',
      '["#12345"]',
      '{"a":{"b":1}}',
      'null',
      adobe.slice(0, 60),
      adobe.slice(0, 8),
      new AseBytes().text('ASEF').u16(1, 0).u32(0).bytes,
      new AseBytes()
        .text('ASEF')
        .u16(1, 0)
        .u32(1)
        .block(1, color('x', 'HSB ', [1, 1, 1])).bytes,
      new AseBytes()
        .text('ASEF')
        .u16(1, 0)
        .u32(1)
        .block(1, color('x', 'RGB ', [NaN, 0, 0])).bytes,
      new AseBytes().text('ASEF').u16(1, 0).u32(1).u16(1).u32(0xffffffff).bytes,
      new Uint8Array(1024 * 1024 + 1),
    ]
    for (const content of bad) {
      expect(problemOf(() => read(content))).toMatch(/^[a-z-]*palette[a-z-]*$/)
    }
  })

  test('whatever bytes follow a signature, reading ends with colors or a sentence', () => {
    let seed = 7
    const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8
    for (let round = 0; round < 300; round++) {
      const bytes = Uint8Array.from(adobe)
      for (let i = 0; i < 4; i++) bytes[4 + (random() % (bytes.length - 4))] = random() & 255
      const outcome = problemOf(() => expect(read(bytes).colors.length).toBeGreaterThan(0))
      expect(['taken', 'broken-palette', 'empty-palette']).toContain(outcome)
    }
  })
})

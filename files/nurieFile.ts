/**
 * A .nurie file: a whole room in a form that other programs can read too. It holds no keys, tokens, addresses or anything else that
 * opens a room or speaks for somebody; the guests in it are names on what they did.
 *
 * nurie-format.md describes every entry and field for whoever writes a reader.
 *
 * `decodeNurie` reads files of strangers: it takes all of a file or nothing (`newer-nurie`, `broken-nurie`, `nurie-beyond-limits`),
 * looks at no part it does not know, and leaves pictures for their decoder to judge.
 */
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { limits } from '../shared/limits.ts'
import type { PackedStroke, Swatch } from '../shared/strokes.ts'
import { isSameStroke } from '../shared/sameStroke.ts'
import {
  packStrokes,
  readStrokesJson,
  strokesJson,
  type StrokesBounds,
  type StrokesFault,
} from '../shared/strokesJson.ts'
import { Refusal } from '../shared/refusal.ts'
import {
  claimSchema,
  makingSchema,
  manifestSchema,
  NURIE_FORMAT,
  NURIE_VERSION,
  writtenSwatch,
  type MakingJson,
  type Manifest,
  type ManifestJson,
} from './nurieManifest.ts'
import { unzip, ZipFault } from './unzip.ts'
import { zip, type ZipEntry } from './zip.ts'

export const NURIE_TYPE = 'application/vnd.nurie'

export type Setting = boolean | number | string
export type NurieSplice = { keep: number } | { remove: number } | { add: readonly PackedStroke[] }
export type NurieStep = {
  at: number
  strokes: readonly NurieSplice[]
  settings: Readonly<Record<string, Setting | null>>
  palette: Readonly<Record<string, Swatch | null>>
}
type Meta<Key extends 'finished' | 'comments' | 'versions'> = Manifest[Key][number]

export type NurieFile = Pick<
  Manifest,
  'nurie' | 'savedAt' | 'title' | 'width' | 'height' | 'guests' | 'comments'
> & {
  line: Uint8Array
  /** Bottom first. */
  strokes: readonly PackedStroke[]
  settings: Readonly<Record<string, Setting>>
  palette: Readonly<Record<string, Swatch>>
  finished: readonly (Omit<Meta<'finished'>, 'picture' | 'flats'> & {
    picture: Uint8Array
    flats: Uint8Array
  })[]
  /** Oldest first. */
  versions: readonly (Omit<Meta<'versions'>, 'thumbnail'> & { thumbnail?: Uint8Array | undefined })[]
  /** Empty when it is not known. */
  steps: readonly NurieStep[]
  /** The page as it looks. Only written. */
  thumbnail?: Uint8Array
  /** What of the room is not in it, or not all, for it would be too large. Only written. */
  lacks?: 'making'
}

/** Bytes of JSON and pictures together, and of the parts of JSON each. */
const UNPACKED_BYTES = 128 * 1024 * 1024
const MANIFEST_BYTES = 4 * 1024 * 1024
/** More than what is written has: a newer Nurie may add some. */
const ENTRIES = 2_000
/** Strokes that are not on the page any more, for each that may be on it. */
const GONE = 8

const isKnown = (name: string) =>
  /^(nurie\.json|line\.png|(strokes|making)\.json|finished\/[\w.-]{1,40}\.png|versions\/[\w.-]{1,40}\.webp)$/.test(
    name,
  )

export function encodeNurie(file: NurieFile): Uint8Array {
  const { nurie, savedAt, title, width, height, settings, guests, comments } = file
  const parts: ZipEntry[] = [{ name: 'line.png', bytes: file.line, stored: true }]
  const add = (name: string, bytes: Uint8Array, stored: boolean) => {
    parts.push({ name, bytes, stored })
    return name
  }
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  add('strokes.json', json(strokesJson(file.strokes)), false)
  if (file.steps.length > 0) add('making.json', json(writtenMaking(file)), false)
  const manifest: ManifestJson = {
    format: NURIE_FORMAT,
    version: NURIE_VERSION,
    nurie,
    savedAt,
    title,
    width,
    height,
    settings: { ...settings },
    palette: mapped(file.palette, writtenSwatch),
    guests,
    finished: file.finished.map(({ picture, flats, ...region }, i) => ({
      ...region,
      picture: add(`finished/${i + 1}.png`, picture, true),
      flats: add(`finished/${i + 1}.flats.png`, flats, true),
    })),
    comments,
    ...(file.lacks && { lacks: file.lacks }),
    versions: file.versions.map(({ thumbnail, ...version }, i) => ({
      ...version,
      ...(thumbnail && { thumbnail: add(`versions/${i + 1}.webp`, thumbnail, true) }),
    })),
    parts: Object.fromEntries(
      parts.map(({ name, bytes }) => [name, { bytes: bytes.length, sha256: sumOf(bytes) }]),
    ),
  }
  return zip([
    { name: 'mimetype', bytes: new TextEncoder().encode(NURIE_TYPE), stored: true },
    { name: 'nurie.json', bytes: json(manifest) },
    ...(file.thumbnail ? [{ name: 'thumbnail.webp', bytes: file.thumbnail, stored: true }] : []),
    ...parts,
  ])
}

const sumOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const mapped = <From, To>(
  record: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]))

/** Each stroke is written once, whatever became of it. */
function writtenMaking({ strokes, steps }: Pick<NurieFile, 'strokes' | 'steps'>): MakingJson {
  const known = new Map<string, { stroke: PackedStroke; number: number }[]>()
  const nameOf = ({ by, id }: PackedStroke) => `${by} ${id}`
  const remember = (stroke: PackedStroke, number: number) => {
    const same = known.get(nameOf(stroke))
    if (same) same.push({ stroke, number })
    else known.set(nameOf(stroke), [{ stroke, number }])
    return number
  }
  strokes.forEach(remember)
  const gone: PackedStroke[] = []
  const numberOf = (stroke: PackedStroke) =>
    known.get(nameOf(stroke))?.find((each) => isSameStroke(each.stroke, stroke))?.number ??
    remember(stroke, strokes.length + gone.push(stroke) - 1)
  const written = steps.map(({ at, strokes, settings, palette }) => ({
    at,
    ...(strokes.length > 0 && {
      strokes: strokes.map((splice) => ('add' in splice ? { add: splice.add.map(numberOf) } : splice)),
    }),
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(Object.keys(palette).length > 0 && {
      palette: mapped(palette, (swatch) => swatch && writtenSwatch(swatch)),
    }),
  }))
  return { strokes: strokesJson(gone).strokes, steps: written }
}

/** `bounds`: of the page's strokes. @throws Refusal */
export function decodeNurie(bytes: Uint8Array, bounds: StrokesBounds = limits): NurieFile {
  const parts = partsOf(bytes)
  const manifest = manifestOf(parts)
  const part = (name: string): Uint8Array => {
    const [content, told] = [parts.get(name), Object.hasOwn(manifest.parts, name) && manifest.parts[name]]
    if (!content || !told || content.length !== told.bytes || sumOf(content) !== told.sha256) return broken()
    return content
  }
  const { nurie, savedAt, title, width, height, settings, palette, guests, comments } = manifest
  const strokes = within(readStrokesJson(jsonOf(part('strokes.json')), bounds))
  return {
    nurie,
    savedAt,
    title,
    width,
    height,
    settings,
    palette,
    guests,
    comments,
    line: part('line.png'),
    strokes,
    finished: manifest.finished.map(({ picture, flats, ...region }) => ({
      ...region,
      picture: part(picture),
      flats: part(flats),
    })),
    versions: manifest.versions.map(({ thumbnail, ...version }) => ({
      ...version,
      ...(thumbnail !== undefined && { thumbnail: part(thumbnail) }),
    })),
    steps: Object.hasOwn(manifest.parts, 'making.json') ? stepsOf(part('making.json'), strokes, bounds) : [],
  }
}

function broken(cause?: unknown): never {
  throw new Refusal('broken-nurie', { cause })
}

function partsOf(bytes: Uint8Array): Map<string, Uint8Array> {
  try {
    return unzip(bytes, isKnown, { entries: ENTRIES, bytes: UNPACKED_BYTES })
  } catch (error) {
    if (!(error instanceof ZipFault)) throw error
    throw new Refusal(error.kind === 'broken' ? 'broken-nurie' : 'nurie-beyond-limits', { cause: error })
  }
}

function manifestOf(parts: ReadonlyMap<string, Uint8Array>): Manifest {
  const bytes = parts.get('nurie.json')
  if (!bytes || bytes.length > MANIFEST_BYTES) return broken()
  const json = jsonOf(bytes)
  // Before anything else of it: a newer one may be of another form.
  if (parsed(claimSchema, json).version > NURIE_VERSION) throw new Refusal('newer-nurie')
  return parsed(manifestSchema, json)
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    return broken(error)
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const { data, error } = schema.safeParse(json)
  if (data === undefined) return broken(error)
  return data
}

function within(strokes: PackedStroke[] | StrokesFault): PackedStroke[] {
  if (strokes === 'malformed') return broken()
  if (strokes === 'newer') throw new Refusal('newer-nurie')
  if (strokes === 'beyond-limits') throw new Refusal('nurie-beyond-limits')
  return strokes
}

function stepsOf(bytes: Uint8Array, strokes: readonly PackedStroke[], bounds: StrokesBounds): NurieStep[] {
  const making = parsed(makingSchema, jsonOf(bytes))
  const gone = within(packStrokes(making.strokes, { ...bounds, strokes: GONE * bounds.strokes }))
  const numbered = (number: number) => strokes[number] ?? gone[number - strokes.length] ?? broken()
  return making.steps.map(({ at, strokes = [], settings = {}, palette = {} }) => ({
    at,
    strokes: strokes.map((splice) => ('add' in splice ? { add: splice.add.map(numbered) } : splice)),
    settings,
    palette,
  }))
}

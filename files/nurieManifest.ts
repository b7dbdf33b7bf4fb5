/**
 * The table of contents of a .nurie file, `nurie.json`, and its `making.json`, as JSON: nurie-format.md tells what they mean. What is
 * not of this form is refused as a whole; keys that are not known here are passed over.
 */
import { z } from 'zod'
import { limits } from '../shared/limits.ts'
import { hexOf } from '../shared/hexColor.ts'
import { colorIn } from '../shared/strokesJson.ts'

export const NURIE_FORMAT = 'nurie'
/** Grows when an older Nurie would read a file wrongly. */
export const NURIE_VERSION = 1

const most = {
  guests: 2_000,
  /** People's named ones, and as many that the server kept. */
  versions: 2 * limits.versions,
  settings: 32,
  steps: 60_000,
} as const

const id = z.string().min(1).max(limits.idLength)
const guest = z.string().max(limits.idLength)
/** A place to keep data under: no object's own `__proto__`. */
const key = z
  .string()
  .min(1)
  .max(limits.idLength)
  .refine((text) => text !== '__proto__')
const text = z.string().max(16 * limits.commentLength)
const at = z.int().min(0).max(8.64e15)
const coordinate = z.int().min(0).max(limits.coordinate)
const color = z.string().regex(/^#[0-9a-f]{6}$/i)
const part = z.string().max(64)

const setting = z.union([z.boolean(), z.number(), z.string().max(4 * limits.titleLength)])
const swatch = z
  .strictObject({ name: z.string().min(1).max(limits.idLength), color, removed: z.literal(true).optional() })
  .transform(({ name, color, removed }) => ({
    name,
    color: colorIn(color)!,
    ...(removed && { removed }),
  }))

const settings = <Value extends z.ZodType>(value: Value) =>
  z.record(key, value).refine((record) => Object.keys(record).length <= most.settings)
const palette = <Value extends z.ZodType>(value: Value) =>
  z.record(key, value).refine((record) => Object.keys(record).length <= limits.paletteEntries)

/** Enough of any version's file to tell which it is. */
export const claimSchema = z.object({ format: z.literal(NURIE_FORMAT), version: z.int().min(1) })

export const manifestSchema = claimSchema.extend({
  nurie: z.string().max(64),
  savedAt: at,
  title: z.string().max(1024),
  width: z.int().min(1).max(limits.pageSide),
  height: z.int().min(1).max(limits.pageSide),
  settings: settings(setting),
  palette: palette(swatch),
  guests: z.array(z.object({ id, name: z.string().max(1024), color })).max(most.guests),
  finished: z
    .array(
      z.object({
        id,
        by: guest,
        x: coordinate,
        y: coordinate,
        gap: z.int().min(0).max(limits.strokeWidth),
        at,
        left: z.int().min(0).max(limits.pageSide),
        top: z.int().min(0).max(limits.pageSide),
        picture: part,
        flats: part,
      }),
    )
    .max(limits.finished),
  comments: z
    .array(
      z.object({
        id,
        by: guest,
        on: id.nullable(),
        x: coordinate,
        y: coordinate,
        text,
        at,
        edited: z.boolean(),
        resolved: z.boolean(),
      }),
    )
    .max(limits.comments),
  versions: z
    .array(
      z.object({
        id,
        kind: z.enum(['automatic', 'named', 'before-restore', 'before-undo']),
        name: z.string().max(1024),
        by: guest,
        at,
        step: z.int().min(0).max(most.steps),
        thumbnail: part.optional(),
      }),
    )
    .max(most.versions),
  lacks: z.string().max(64).optional(),
  parts: z.record(part, z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
})

export const makingSchema = z.object({
  strokes: z.array(z.unknown()),
  steps: z
    .array(
      z.object({
        at,
        strokes: z
          .array(
            z.union([
              z.strictObject({ keep: z.int().min(1) }),
              z.strictObject({ remove: z.int().min(1) }),
              z.strictObject({ add: z.array(z.int().min(0)) }),
            ]),
          )
          .optional(),
        settings: settings(setting.nullable()).optional(),
        palette: palette(swatch.nullable()).optional(),
      }),
    )
    .max(most.steps),
})

export type Manifest = z.infer<typeof manifestSchema>
export type ManifestJson = z.input<typeof manifestSchema>
export type MakingJson = z.input<typeof makingSchema>

/** A swatch as it is written. */
export const writtenSwatch = ({ name, color, removed }: { name: string; color: number; removed?: true }) => ({
  name,
  color: hexOf(color),
  ...(removed && { removed }),
})

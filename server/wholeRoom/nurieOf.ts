/** A whole room as the bytes of a .nurie file (files/nurieFile.ts). */
import { encodeNurie, type NurieFile, type Setting } from '../../files/nurieFile.ts'
import { limits } from '../../shared/limits.ts'
import { decodeMaking } from '../../shared/making.ts'
import type { Swatch } from '../../shared/strokes.ts'
import { contentIn } from '../history/content.ts'
import { stepsOf, type Moment } from './steps.ts'
import type { WholeRoom } from './readWhole.ts'

/**
 * `nurie`: the version of the program. What would make the file too large to come back in is left out, and told: how the page came to be,
 * or parts of it.
 */
export function nurieOf(
  room: WholeRoom,
  nurie: string,
  thumbnail?: Uint8Array,
): { bytes: Uint8Array; lacks?: 'making' } {
  const page = contentIn(room.document)
  const updates = decodeMaking(room.log.making).steps.map(({ at, bytes }, i): Moment => ({
    seq: room.log.from + i,
    at,
    update: bytes,
  }))
  const moments = [...room.documents, ...updates]
  const { steps, countAt } = stepsOf(moments)
  const known = new Set(moments.map(({ seq }) => seq))
  const versions = room.versions.filter(({ seq }) => known.has(seq) || seq === 0)
  const authors = new Set([
    ...page.strokes.map(({ by }) => by),
    ...steps.flatMap(({ strokes }) =>
      strokes.flatMap((splice) => ('add' in splice ? splice.add.map(({ by }) => by) : [])),
    ),
    ...[...room.finished, ...room.comments, ...versions].map(({ guest }) => guest),
  ])
  const { title, width, height, savedAt, linePng: line } = room
  const file: NurieFile = {
    nurie,
    savedAt,
    title,
    width,
    height,
    line,
    strokes: page.strokes,
    // What the gate let in is nothing else.
    settings: page.page as Record<string, Setting>,
    palette: page.palette as Record<string, Swatch>,
    guests: room.guests.filter(({ id }) => authors.has(id)),
    finished: room.finished.map(({ guest: by, ...region }) => ({ by, ...region })),
    comments: room.comments.map(({ guest: by, ...comment }) => ({ by, ...comment })),
    versions: versions.map(({ id, kind, name, guest: by, at, seq, thumbnail }) => ({
      id,
      kind,
      name,
      by,
      at,
      step: countAt(seq),
      ...(thumbnail.length > 0 && { thumbnail }),
    })),
    steps,
    ...(thumbnail && { thumbnail }),
  }
  const lacks = { lacks: 'making' } as const
  const isWhole = room.isMakingWhole && versions.length === room.versions.length
  const bytes = encodeNurie({ ...file, ...(!isWhole && lacks) })
  if (bytes.length > limits.fileBytes)
    return { bytes: encodeNurie({ ...file, steps: [], versions: [], ...lacks }), ...lacks }
  return { bytes, ...(!isWhole && lacks) }
}

/**
 * A room from a .nurie file, ready to be kept: everything in it judged anew, as if it came from people (it does). Pictures are decoded
 * and encoded again, texts cleaned, everything and everybody gets an id of this room's, and the page is written by a client of the server's own: no
 * guest of the file's can be somebody here, they are names on what was done. All of it, or a Refusal.
 */
import { randomUUID } from 'node:crypto'
import { fileKindOf } from '../../shared/fileKind.ts'
import {
  decodeHints,
  decodeSketch,
  encodeGreyPng,
  encodeRgbaPng,
  encodeWebpWithin,
} from '../../files/image.ts'
import { decodeNurie, type NurieFile } from '../../files/nurieFile.ts'
import { limits } from '../../shared/limits.ts'
import { encodeMaking } from '../../shared/making.ts'
import { withoutAlpha } from '../../shared/picture.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { PackedStroke } from '../../shared/strokes.ts'
import type { StrokesBounds } from '../../shared/strokesJson.ts'
import { workSizeOf } from '../../shared/workSize.ts'
import { SERVER } from '../rooms/claims.ts'
import { cleanLines, cleanText, guestName } from '../rooms/guestName.ts'
import type { CommentRecord, FinishedRecord, RoomContents } from '../storage/store.ts'
import { followed, type Followed, type PageBounds } from './followed.ts'
import type { PackedRoom } from './packedRoom.ts'
import { THUMBNAIL } from '../history/pictures.ts'

export type ImportBounds = StrokesBounds & PageBounds

/** @throws Refusal */
export async function importedRoom(bytes: Uint8Array, bounds: ImportBounds): Promise<PackedRoom> {
  const file = renamed(decodeNurie(bytes, bounds))
  const { width, height } = file
  const png = await linePngOf(file)
  const page = followed(file, new Set(file.versions.map(({ step }) => step)), bounds)
  const versions = await versionsOf(file, page)
  return {
    title: cleanText(file.title, limits.titleLength),
    width,
    height,
    png,
    contents: {
      guests: file.guests.map(({ id, name, color }) => ({ id, name: guestName(name), color, role: 'edit' })),
      log: encodeMaking({ steps: page.entries }),
      claims: new Map([[page.client, SERVER]]),
      snapshot: { seq: page.entries.length, bytes: page.document },
      versions,
      finished: await finishedOf(file),
      comments: commentsOf(file),
    },
  }
}

function broken(cause?: unknown): never {
  throw new Refusal('broken-nurie', { cause })
}

/** The same with ids that nobody knows or chose; strokes keep theirs, which only their author could use. */
function renamed(file: NurieFile): NurieFile {
  refuseTwins(file)
  const fresh = () => {
    const names = new Map<string, string>()
    return (id: string) => {
      const name = names.get(id) ?? randomUUID()
      names.set(id, name)
      return name
    }
  }
  const [guest, comment] = [fresh(), fresh()]
  const author = (by: string) => (by === SERVER ? SERVER : guest(by))
  const strokes = new Map<PackedStroke, PackedStroke>()
  const stroke = (before: PackedStroke) => {
    const after = strokes.get(before) ?? { ...before, by: author(before.by) }
    strokes.set(before, after)
    return after
  }
  return {
    ...file,
    guests: file.guests.map((each) => ({ ...each, id: guest(each.id) })),
    strokes: file.strokes.map(stroke),
    steps: file.steps.map((step) => ({
      ...step,
      strokes: step.strokes.map((splice) => ('add' in splice ? { add: splice.add.map(stroke) } : splice)),
    })),
    finished: file.finished.map((each) => ({ ...each, id: randomUUID(), by: author(each.by) })),
    versions: file.versions.map((each) => ({ ...each, id: randomUUID(), by: author(each.by) })),
    comments: file.comments.map((each) => ({
      ...each,
      id: comment(each.id),
      on: each.on === null ? null : comment(each.on),
      by: author(each.by),
    })),
  }
}

function refuseTwins({ guests, versions, finished, comments }: NurieFile): void {
  for (const list of [guests, versions, finished, comments] as const)
    if (new Set(list.map(({ id }) => id)).size < list.length) broken()
  if (versions.filter(({ kind }) => kind === 'named').length > limits.versions)
    throw new Refusal('nurie-beyond-limits')
}

/** A picture within the file is as good as the file. */
const picture = <Decoded>(decoding: Promise<Decoded>): Promise<Decoded> => decoding.catch(broken)

async function linePngOf({ line, width, height }: NurieFile): Promise<Uint8Array> {
  if (fileKindOf(line) !== 'png') broken()
  const page = await picture(decodeSketch(line))
  if (page.width !== width || page.height !== height) broken()
  return encodeGreyPng(page)
}

async function finishedOf({ finished, ...page }: NurieFile): Promise<FinishedRecord[]> {
  const work = workSizeOf(page)
  const records: FinishedRecord[] = []
  // One after the other: together they could be large.
  for (const { by: guest, ...region } of finished) {
    const [look, flats] = [
      await picture(decodeHints(region.picture)),
      await picture(decodeHints(region.flats)),
    ]
    if (look.width !== flats.width || look.height !== flats.height) broken()
    if (region.left + look.width > work.width || region.top + look.height > work.height) broken()
    records.push({ ...region, guest, picture: await encodeRgbaPng(look), flats: await encodeRgbaPng(flats) })
  }
  return records
}

async function versionsOf({ versions }: NurieFile, page: Followed): Promise<RoomContents['versions']> {
  const records: RoomContents['versions'][number][] = []
  for (const { id, kind, name, by: guest, at, step, thumbnail } of versions) {
    const { strokes, ...snapshot } = page.versions.get(step)!
    const clean = cleanText(name, limits.versionName)
    const version = { id, kind, name: clean, guest, at, seq: snapshot.seq, strokes }
    records.push({
      version,
      snapshot,
      thumbnail: thumbnail ? await thumbnailOf(thumbnail) : new Uint8Array(),
    })
  }
  return records
}

const thumbnailOf = async (webp: Uint8Array) =>
  encodeWebpWithin(withoutAlpha(await picture(decodeHints(webp))), THUMBNAIL)

function commentsOf({ comments }: NurieFile): CommentRecord[] {
  const threads = new Map<string, CommentRecord>()
  return comments.map(({ by: guest, ...comment }) => {
    const text = cleanLines(comment.text, limits.commentLength, limits.commentLines)
    const thread = comment.on === null ? undefined : threads.get(comment.on)
    if (text === '' || (comment.on !== null && !thread)) broken()
    const record = { ...comment, guest, text, ...(thread && { x: thread.x, y: thread.y }) }
    if (!thread) threads.set(record.id, record)
    return record
  })
}

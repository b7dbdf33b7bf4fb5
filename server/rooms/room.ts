/**
 * One open room: its document, its live strokes, its newest frames. The only way in is through the gate; what got in is
 * colored at once, written to the journal, and told to others once it is on disk. Knows no socket and no HTTP.
 */
import * as Y from 'yjs'
import type { Coloring } from '../coloring/coloring.ts'
import type { Attention } from '../coloring/register.ts'
import { limits as shared } from '../../shared/limits.ts'
import type {
  FrameHeader,
  LiveChunk,
  LiveEnd,
  PageInfo,
  RefusalCode,
  Stage,
  Status,
} from '../../shared/protocol.ts'
import { isSwatch, pageOf, paletteOf, StrokeReader, strokesOf, type Stroke } from '../../shared/strokes.ts'
import type { Limits } from '../config.ts'
import type { Log } from '../log.ts'
import type { Journal } from '../storage/journal.ts'
import type { RoomRecord } from '../storage/store.ts'
import { Coverage } from './coverage.ts'
import { FrameShelf, type Frame } from './frameShelf.ts'
import { cleanText } from './guestName.ts'
import { judge, type Sender } from './gate.ts'
import { LiveStrokes } from './liveStrokes.ts'
import type { Revisions } from './revisions.ts'

export type Clock = Record<string, number>

/** What a room tells. Called synchronously; a listener must not throw. */
export type RoomListener = {
  /** An update reached the disk; `from` is what its sender gave to `offer`. Called before `durableClock` covers it. */
  relay?(room: Room, update: Uint8Array, from: unknown): void
  saved?(room: Room, clock: Clock): void
  frame?(room: Room, frame: Frame): void
  status?(room: Room, status: Status): void
  /** To everybody in the room, or to one guest. */
  notice?(room: Room, code: RefusalCode, guest?: string): void
}

/** What became of an update: undefined when it was let in or held nothing new. */
export type OfferAnswer = RefusalCode | 'gap' | undefined

export type RoomOptions = {
  record: RoomRecord
  updates: readonly Uint8Array[]
  revisions: Revisions
  journal: Journal
  coloring: Pick<Coloring, 'touch' | 'attend' | 'want' | 'whole' | 'isReady'>
  limits: Limits
  tell: Required<RoomListener>
  log: Log
}

export type Room = ReturnType<typeof openRoom>

/** How often silent live strokes are looked for. */
const EXPIRY_MS = 1_000

export function openRoom({ record, updates, revisions, journal, coloring, limits, tell, log }: RoomOptions) {
  const { id, width, height } = record
  const doc = new Y.Doc()
  strokesOf(doc)
  const page = pageOf(doc)
  const palette = paletteOf(doc)
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })

  const reader = new StrokeReader(doc)
  const live = new LiveStrokes(limits.points)
  const shelf = new FrameShelf()
  const durable = Y.decodeStateVector(Y.encodeStateVector(doc))
  const opened: Clock = Object.fromEntries(durable)
  const coverage = new Coverage()
  /** Of the Yjs clients that wrote since then; replaced, never changed. */
  let written: Clock = {}
  let committed: Stroke[] = reader.read()
  let snapshot: Uint8Array | undefined = Y.encodeStateAsUpdate(doc)
  /** At least the bytes of the document; exact whenever a snapshot is made. */
  let size = snapshot.length
  const news: Uint8Array[] = []
  let unsaved: Promise<void> = Promise.resolve()
  let status: Status = { state: 'idle', revision: revisions.current() }
  let expiry: NodeJS.Timeout | undefined

  // What Yjs says it changed is what is stored and relayed: without anything the sender may have put around it.
  doc.on('update', (update: Uint8Array) => {
    news.push(update)
  })

  const encode = () => {
    snapshot ??= Y.encodeStateAsUpdate(doc)
    size = snapshot.length
    return snapshot
  }

  const colorOfSwatch = (key: string) => {
    const swatch = palette.get(key)
    return isSwatch(swatch) ? swatch.color : undefined
  }

  function changed(): void {
    const painted = live.size === 0 ? committed : [...committed, ...live.strokes(colorOfSwatch)]
    const revision = revisions.next()
    coverage.note(revision, { clock: written, ...live.covers() })
    coloring.touch(id, revision, painted)
  }

  function watchLive(): void {
    if (live.size > 0) {
      expiry ??= setInterval(() => {
        if (live.expire()) changed()
        watchLive()
      }, EXPIRY_MS).unref()
    } else {
      clearInterval(expiry)
      expiry = undefined
    }
  }

  function save(bytes: Uint8Array, clock: Clock, from: unknown): void {
    unsaved = journal.write({ room: id, bytes }).then(() => {
      tell.relay(room, bytes, from)
      for (const [id, end] of Object.entries(clock)) {
        const client = Number(id)
        durable.set(client, Math.max(end, durable.get(client) ?? 0))
      }
      tell.saved(room, clock)
    })
  }

  const room = {
    id,
    width,
    height,
    revision: () => revisions.current(),
    status: (): Status => (coloring.isReady() ? status : { state: 'down', revision: revisions.current() }),

    info(): PageInfo {
      const title = page.get('title')
      return {
        title: (typeof title === 'string' && cleanText(title, shared.titleLength)) || record.title,
        width,
        height,
        revision: revisions.current(),
      }
    },

    /** A Yjs update from somebody. Either all of it is let in, or the document stays untouched. */
    offer(update: Uint8Array, sender: Sender, from: unknown): OfferAnswer {
      const judged = judge(doc, update, sender, limits)
      if (judged.verdict === 'nothing') return undefined
      if (judged.verdict === 'gap') return 'gap'
      if (judged.verdict === 'refused') return judged.code
      if (judged.strokes.length > 0 && size + update.length > limits.roomBytes) {
        encode()
        if (size + update.length > limits.roomBytes) return 'page-full'
      }
      Y.applyUpdate(doc, update, 'guest')
      if (doc.store.pendingStructs || doc.store.pendingDs) {
        // The gate promises that this cannot be; if it does, nothing may stay behind to grow.
        log.error('an update passed the gate and stayed pending')
        doc.store.pendingStructs = null
        doc.store.pendingDs = null
      }
      const change = news.pop()
      if (!change) return undefined
      snapshot = undefined
      size += change.length
      for (const stroke of judged.strokes) live.commit(sender.guest, stroke)
      const clock: Clock = {}
      for (const client of judged.clients) clock[client] = Y.getState(doc.store, client)
      written = { ...written, ...clock }
      watchLive()
      committed = reader.read()
      save(change, clock, from)
      changed()
      return undefined
    },

    /** A chunk or the end of a live stroke, heard through `from`. False when it is not within the limits. */
    live(guest: string, message: LiveChunk | LiveEnd, from?: unknown): boolean {
      if ('end' in message) {
        if (live.end(guest, message.stroke)) changed()
      } else {
        if (!live.add(guest, message, from)) return false
        changed()
      }
      watchLive()
      return true
    },

    /** Nothing more is heard through `from`: the strokes under its pens are gone. Gives what the others are to be told. */
    leave(from: unknown): (LiveEnd & { guest: string })[] {
      const ends = live.leave(from)
      if (ends.length > 0) changed()
      watchLive()
      return ends
    },

    /** The document's clocks when it was opened: every frame shows at least that. */
    opened: () => opened,

    /** The state vector, for the first step of the sync. */
    stateVector: () => Y.encodeStateVector(doc),

    /**
     * What somebody lacks whose state vector is this. Throws when it is not a state vector. It may hold what is not on disk
     * yet: pass it on only after `saved()`.
     */
    missing(stateVector: Uint8Array): Uint8Array {
      return Y.decodeStateVector(stateVector).size === 0 ? encode() : Y.encodeStateAsUpdate(doc, stateVector)
    },

    /** Resolves when everything let in so far is on disk. */
    saved: () => unsaved,

    durableClock: (): Clock => Object.fromEntries(durable),
    durableVector: () => Y.encodeStateVector(new Map(durable)),

    /** Of a stage's newest frame; 0 before the first. */
    framed: (stage: Stage) => shelf.revision(stage),
    /** The newest frame, made whole if it was sent as a patch; what is here when it cannot be. */
    async whole(stage?: Stage): Promise<Frame | undefined> {
      const lacking = shelf.lacking(stage)
      if (lacking) await coloring.whole(id, lacking)
      return shelf.newest(stage)
    },

    /** Who looks at the room, and whether all of them take patches. A room nobody looks at is colored only when `want` asks for it. */
    attend: (attention: Attention, patches: boolean) => coloring.attend(id, attention, patches),
    /** The newest revision is wanted in both stages, whoever looks. */
    want: () => coloring.want(id),

    /** A frame from the colorist; one that is older than what is there is dropped. */
    putFrame(header: FrameHeader, bytes: Uint8Array): void {
      const frame = shelf.put({ ...header, covers: coverage.of(header.revision) }, bytes)
      if (frame) tell.frame(room, frame)
    },

    putStatus(next: Status): void {
      status = next
      tell.status(room, next)
    },

    close(): void {
      clearInterval(expiry)
      doc.destroy()
    },
  }
  changed()
  coloring.want(id)
  return room
}

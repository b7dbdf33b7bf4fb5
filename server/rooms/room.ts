/**
 * One open room: its document, its live strokes, its newest frames, its roster. What got into the document is colored at once,
 * and told to others once it is on disk. Knows no socket and no HTTP.
 */
import type * as Y from 'yjs'
import type { Bus } from '../cluster/bus.ts'
import type { ColoredHeader, Coloring } from '../coloring/coloring.ts'
import type { Wet } from '../coloring/queue/wet.ts'
import type { Attention } from '../coloring/register.ts'
import { limits as shared } from '../../shared/limits.ts'
import { Refusal } from '../../shared/refusal.ts'
import type {
  CommentChange,
  Covers,
  LiveChunk,
  LiveEnd,
  PageInfo,
  RefusalCode,
  Replaceable,
  Stage,
  Status,
} from '../../shared/protocol.ts'
import type { Limits } from '../config.ts'
import { roomLabel, type Log } from '../log.ts'
import type { CatchUpReason } from '../metrics.ts'
import type { Journal } from '../storage/journal.ts'
import type {
  CommentRecord,
  FinishedRecord,
  GuestRecord,
  Head,
  RoomLog,
  RoomRecord,
  Snapshot,
  Store,
} from '../storage/store.ts'
import { here } from '../tracing.ts'
import { openComments } from './comments.ts'
import { Coverage } from './coverage.ts'
import { openDocument } from './document.ts'
import { openFinished } from './finished.ts'
import { FrameShelf, type Frame, type FramePlace } from './frameShelf.ts'
import { cleanText } from './guestName.ts'
import type { Sender } from './gate.ts'
import { LiveStrokes } from './liveStrokes.ts'
import type { Clock } from './replica.ts'
import type { Revisions } from './revisions.ts'
import { openSnapshots } from './snapshots.ts'
import { keepUpToDate } from './upToDate.ts'
import { openRoster } from './roster.ts'
import type { Session } from './tokens.ts'

/** What a room tells. Called synchronously; a listener must not throw. */
export type RoomListener = {
  /** The room is in memory now, as its log makes it; or is not any more. */
  opened?(room: Room): void
  closed?(room: Room): void
  /** An update reached the disk; `from` is what its sender gave to `offer`. Called before `durableClock` covers it. */
  relay?(room: Room, update: Uint8Array, from: unknown): void
  saved?(room: Room, clock: Clock): void
  /** What `from` had offered was let in, and is refused after all: another server was first. */
  refused?(room: Room, code: RefusalCode, from: unknown): void
  /** The room was ended on another server. */
  gone?(room: Room): void
  /** What others had written is read, and why it was looked for. */
  caughtUp?(room: Room, reason: CatchUpReason): void
  /** So many strokes were let in. */
  painted?(room: Room, strokes: number): void
  frame?(room: Room, frame: Frame): void
  status?(room: Room, status: Status): void
  /** To everybody in the room, or to one guest. */
  notice?(room: Room, code: RefusalCode, guest?: string): void
  /** What was held back can be taken again. */
  writable?(room: Room): void
  /** Some may have lost their place: ask the room's `standing` for every session that is connected. */
  access?(room: Room): void
  /** A link was replaced: by that of this key, which is for hosts alone and known where it was made. */
  link?(room: Room, role: Replaceable, key?: string): void
  /** The page is locked or open again, or has another title. */
  page?(room: Room): void
  /** Other regions are finished than before. */
  finished?(room: Room): void
  comment?(room: Room, change: CommentChange): void
}

/** What became of an update: undefined when it was let in or held nothing new; `held` and `wait` as in document.ts. */
export type OfferAnswer = RefusalCode | 'gap' | 'wait' | { held: RefusalCode } | undefined

export type RoomOptions = {
  record: RoomRecord
  entries: RoomLog
  guests: readonly GuestRecord[]
  finished: readonly FinishedRecord[]
  comments: readonly CommentRecord[]
  /** Other servers write to the store too: how far the room was when it was read. */
  shared?: { bus: Bus; head: Head }
  store: Pick<
    Store,
    | 'log'
    | 'entries'
    | 'heads'
    | 'findRoom'
    | 'guests'
    | 'finished'
    | 'comments'
    | 'changeRoom'
    | 'putGuest'
    | 'removeGuest'
    | 'addFinished'
    | 'removeFinished'
    | 'putComment'
    | 'removeComment'
  >
  revisions: Revisions
  journal: Journal
  coloring: Pick<Coloring, 'touch' | 'attend' | 'want' | 'whole' | 'isReady' | 'finish' | 'setFinished'>
  limits: Limits
  tell: Required<RoomListener>
  log: Log
  /** The disk is too full for changes. */
  isReadOnly(): boolean
  /** It was about to be deleted when somebody opened it. */
  wasCondemned?: boolean
  /** Keeps a snapshot to load from. */
  addSnapshot(room: string, snapshot: Snapshot): Promise<void>
  snapshotEvery?: number
}

export type Room = ReturnType<typeof openRoom>

/** How often silent live strokes are looked for. */
const EXPIRY_MS = 1_000

export function openRoom(options: RoomOptions) {
  const { record, entries, guests, store, revisions, journal, coloring, limits, tell, log, isReadOnly } =
    options
  const { id, width, height } = record
  const document = openDocument({
    room: id,
    log: entries,
    store,
    journal,
    limits,
    logger: log,
    readOnly: () => (isReadOnly() ? 'disk-full' : undefined),
    isShared: options.shared !== undefined,
    onChange: () => changed(),
    onBehind: () => tell.caughtUp(room, 'behind'),
    onDurable: (update, from) => tell.relay(room, update, from),
    onSaved(clock, seq, isOwn) {
      tell.saved(room, clock)
      if (isOwn) upToDate?.tell(seq)
      snapshots.note(seq)
    },
    onRefused: (code, from) => tell.refused(room, code, from),
  })
  const { shared: others } = options
  const upToDate =
    others &&
    keepUpToDate({
      room: id,
      store,
      ...others,
      document,
      readRecords: async () => void (await Promise.all([roster.read(), finished.read(), comments.read()])),
      onCatchUp: (reason) => tell.caughtUp(room, reason),
      onGone() {
        if (!ended && !closed) tell.gone(room)
      },
      onFailure: (error) => log.warn({ room: roomLabel(id), err: error }, 'a room could not be read again'),
    })
  const newest = entries.snapshot?.seq ?? 0
  const snapshots = openSnapshots({
    room: id,
    newest,
    seq: entries.entries.at(-1)?.seq ?? newest,
    make: document.snapshot,
    // Of a room that is ended nothing is kept: it would stay for ever.
    put: async (...snapshot) => (ended ? undefined : options.addSnapshot(...snapshot)),
    ...(options.snapshotEvery !== undefined && { every: options.snapshotEvery }),
    onFailure: (error) => log.warn({ room: roomLabel(id), err: error }, 'a snapshot could not be kept'),
  })
  /** Something in it could not be written and is tried again. */
  let isUnsaved = false
  let ended = false
  let closed = false
  const roster = openRoster({
    record,
    guests,
    store,
    isEnded: () => ended,
    onAccess: () => tell.access(room),
    onStored: () => upToDate?.tell(),
    onLink: (role, key) => tell.link(room, role, key),
    onPage: () => room.tellPage(),
    onFailure: (error) => log.warn({ room: roomLabel(id), err: error }, 'a guest could not be written down'),
  })
  const finished = openFinished({
    room: id,
    records: options.finished,
    store,
    coloring,
    refuse: () => room.refusePainting(),
    onStored: () => upToDate?.tell(),
    onChange() {
      changed()
      tell.finished(room)
    },
  })
  const comments = openComments({
    room: id,
    records: options.comments,
    isShared: others !== undefined,
    store,
    refuse: () => room.refuseWriting(),
    onStored: () => upToDate?.tell(),
    onChange: (change) => tell.comment(room, change),
  })
  const live = new LiveStrokes(limits.points)
  const shelf = new FrameShelf()
  const coverage = new Coverage()
  let status: Status = { state: 'idle', revision: revisions.current() }
  let expiry: NodeJS.Timeout | undefined

  function changed(): void {
    // Sockets of a room that was ended close after it.
    if (closed) return
    const committed = document.strokes()
    const painted = live.size === 0 ? committed : [...committed, ...live.strokes(document.colorOfSwatch)]
    const revision = revisions.next()
    coverage.note(revision, { clock: document.written(), ...live.covers() })
    coloring.touch(id, revision, painted, wet)
  }

  /** What of the room the log has not. */
  function wet(): Wet {
    const { strokes, clock, settled } = document.wet()
    const underPens = live.strokes(document.colorOfSwatch)
    return {
      strokes: [...strokes, ...underPens],
      covers: { clock, ...live.covers() },
      ...(settled && { settled }),
    }
  }

  /** Without what every frame shows. */
  function sinceOpened({ clock, ...covers }: Covers): Covers {
    const known = document.opened()
    return {
      ...covers,
      clock: Object.fromEntries(Object.entries(clock).filter(([client, to]) => to > (known[client] ?? 0))),
    }
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

  const room = {
    id,
    width,
    height,
    revision: () => revisions.current(),
    status: (): Status => (coloring.isReady() ? status : { state: 'down', revision: revisions.current() }),

    info(): PageInfo {
      const title = cleanText(document.title() ?? '', shared.titleLength) || record.title
      return { title, width, height, revision: revisions.current(), locked: roster.locked() }
    },

    roster,
    finished,
    comments,
    /** @throws Refusal when nothing of the room can be written: it is ended or damaged, or the disk is full. */
    refuseWriting(): void {
      if (ended) throw new Refusal('room-not-found')
      if (document.isDamaged()) throw new Refusal('room-damaged')
      if (isReadOnly()) throw new Refusal('disk-full')
    },
    /** @throws Refusal also when the page is locked: its picture stays as it is. */
    refusePainting(): void {
      room.refuseWriting()
      if (roster.locked()) throw new Refusal('page-locked')
    },
    /** Tells that what `info` gives is another now. */
    tellPage: () => tell.page(room),
    /** Why a session has no place here any more; undefined while it has. */
    standing: (session: Session) => (ended ? 'room-ended' : roster.standing(session)),
    /** Nothing is let in from now on; gives the way back, should the ending fail. */
    end() {
      ended = true
      return () => {
        ended = false
      }
    },
    isEnded: () => ended,

    /** A Yjs update from somebody. Either all of it is let in, or the document stays untouched. */
    offer(update: Uint8Array, sender: Sender, from: unknown): OfferAnswer {
      if (ended) return 'room-ended'
      const locks = roster.locked() && sender.role !== 'view'
      const offered = document.offer(update, locks ? { ...sender, role: 'view' } : sender, from)
      if (!offered || offered === 'gap' || offered === 'wait') return offered
      if ('held' in offered) return offered
      if ('refused' in offered) {
        return locks && offered.refused === 'viewer-update' ? 'page-locked' : offered.refused
      }
      for (const stroke of offered.added) live.commit(sender.guest, stroke)
      if (offered.added.length > 0) tell.painted(room, offered.added.length)
      watchLive()
      changed()
      return undefined
    },

    /** Something the server does for a host (document.ts); resolves when it is on disk. */
    async act(change: (doc: Y.Doc) => void): Promise<void> {
      if (ended) throw new Refusal('room-not-found')
      await document.act(change)
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

    /** The committed strokes, and the document as it is now with its number in the log (document.ts). */
    strokes: document.strokes,
    snapshot: document.snapshot,
    /** Its saturation and its lines' opacity. */
    look: document.look,
    /** The document's clocks when it was opened: every frame shows at least that. */
    opened: document.opened,
    stateVector: document.stateVector,
    missing: document.missing,
    saved: document.saved,
    /** Whether other servers write to it too: then what is here may be behind, until it is up to date again. */
    isShared: upToDate !== undefined,
    /** Resolves when everything that others stored by now is here; rejects when the store cannot be read. */
    async catchUp(): Promise<void> {
      await upToDate?.look()
    },
    /** What a look at many rooms found of this one; undefined: it is not there any more. */
    found: (head: Head | undefined) => upToDate?.found(head),
    /** Makes the last snapshot before the room leaves memory, if it is worth one. */
    rest: () => (document.isDamaged() ? Promise.resolve() : snapshots.last()),
    wasCondemned: options.wasCondemned === true,
    /** What people are to be told, now and when they come: why nothing is saved, if so. */
    trouble(): RefusalCode | undefined {
      if (document.isDamaged()) return 'room-damaged'
      if (isReadOnly()) return 'disk-full'
      return isUnsaved ? 'not-saved' : undefined
    },
    /** Whether the room's changes can be written: tells people when they cannot, once. */
    putSaving(works: boolean): void {
      if (!works && !isUnsaved) tell.notice(room, 'not-saved')
      isUnsaved = !works
    },
    durableClock: document.durableClock,
    durableVector: document.durableVector,

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

    /** A frame from a colorist; one that is older than what is there is dropped, and a patch without what is below it made whole. */
    putFrame(header: ColoredHeader, bytes: Uint8Array, after?: FramePlace): void {
      revisions.heard(header.revision)
      const { covers, at } = coverage.of(header.revision)
      const sent = { ...header, covers: header.covers ? sinceOpened(header.covers) : covers }
      const isLost = header.patch && after && !shelf.isLast(after)
      if (isLost && header.revision > shelf.revision(header.stage))
        return void coloring.whole(id, header.stage)
      const frame = isLost ? undefined : shelf.put(sent, bytes, at)
      if (!frame) return
      const trace = here()
      if (trace) frame.trace = trace
      tell.frame(room, frame)
    },

    putStatus(next: Status): void {
      status = next
      tell.status(room, next)
    },

    close(): void {
      closed = true
      clearInterval(expiry)
      upToDate?.stop()
      document.close()
    },
  }
  changed()
  coloring.want(id)
  return room
}

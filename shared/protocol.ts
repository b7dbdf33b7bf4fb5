/**
 * What browsers and the server say to each other: people, frames, socket.io events, refusals. HTTP bodies are described by the
 * server's OpenAPI document; strokes by strokes.ts.
 */
import type { Emoji } from './reactions.ts'
import type { Tool } from './strokes.ts'

/** Grows when a client of another version could not be served; told in `welcome` and `/api/info`. */
export const PROTOCOL = 1

export const roles = ['host', 'edit', 'view'] as const
export type Role = (typeof roles)[number]

/** A person in a room as everybody sees them. `idle`: nobody is at the screen, in none of their tabs. */
export type Guest = { id: string; name: string; color: string; role: Role; idle?: true }

export const stages = ['draft', 'refined'] as const
export type Stage = (typeof stages)[number]

/** What precedes a frame's bytes: a WebP picture of the color layer, `width` x `height`, covering the whole page. */
export type FrameHeader = {
  revision: number
  stage: Stage
  width: number
  height: number
  /** Milliseconds the networks took. */
  ms: number
  engine: string
  /** Present when the bytes are only this tile of the frame. */
  patch?: { x: number; y: number; width: number; height: number }
}

/**
 * What a frame shows of what is painted: browsers show the rest as their own preview. More than one may come true for a stroke;
 * it only ever grows with the revision.
 */
export type Covers = {
  /**
   * Everything of a Yjs client below its clock. Here are those that wrote since the server opened the page; what was there
   * already (`opened` in `welcome`) every frame shows.
   */
  clock: Record<string, number>
  /** Of each stroke whose pen is down, its chunks up to this `seq`. */
  live: Record<string, number>
  /** The last strokes that were live and are committed now, whole: a frame may overtake the commit. */
  lifted: string[]
}

/** As frames are sent. */
export type SentHeader = FrameHeader & { covers: Covers }

/** Whether `next` should replace `shown` on a screen: a newer revision, or the refined stage of the same one. */
export function isFresher(
  next: Pick<FrameHeader, 'revision' | 'stage'>,
  shown: Pick<FrameHeader, 'revision' | 'stage'> | undefined,
): boolean {
  if (!shown || next.revision > shown.revision) return true
  return next.revision === shown.revision && next.stage === 'refined' && shown.stage === 'draft'
}

export type PageInfo = {
  title: string
  width: number
  height: number
  revision: number
  /** The host lets nobody paint for now. */
  locked: boolean
}

/** The links a host can replace. A host's own opens everything for as long as there is the room. */
export const replaceable = ['edit', 'view'] as const satisfies readonly Role[]
export type Replaceable = (typeof replaceable)[number]
export type NewLink = { role: Replaceable; key?: string }

export type Welcome = {
  room: string
  page: PageInfo
  guest: Guest
  guests: Guest[]
  revision: number
  /** The document's clocks when the server opened the page; see `Covers`. */
  opened: Record<string, number>
  /** The host everybody is asked to follow. */
  spotlight: string | null
  engine: string
  protocol: number
}

/**
 * A region whose picture does not change until it is opened again. Pressed at (`x`, `y`) with gaps of `gap` closed, in 1/8 page pixels;
 * its own picture (`finished/:id/picture`) lies at (`left`, `top`) of the networks' size.
 */
export type FinishedRegion = {
  id: string
  by: string
  x: number
  y: number
  gap: number
  left: number
  top: number
  /** Milliseconds since 1970. */
  at: number
}

/** Something said about a place of the page, in 1/8 page pixels; or, with `on`, about the comment of that id. */
export type PageComment = {
  id: string
  by: string
  /** The comment it answers; null for one of its own, which has a place. */
  on: string | null
  x: number
  y: number
  text: string
  /** Milliseconds since 1970. */
  at: number
  edited: boolean
  /** Of one with a place: it is done with. */
  resolved: boolean
}
/** Each makes one version of the room's comments of the one before: whoever missed one asks for all again. */
export type CommentChange = { version: number } & ({ changed: PageComment } | { removed: string[] })

/** Everything of a Yjs client below its clock is on disk. */
export type Saved = { clock: Record<string, number> }

export type ColoringState = 'idle' | 'draft' | 'refine' | 'down'
export type Status = { state: ColoringState; revision: number }
export type Notice = { code: RefusalCode; text: string }

/** In 1/8 page pixels. */
export type Cursor = { x: number; y: number; tool?: string }
/** Takes a cursor away from everybody's screen: its guest does not want it to be seen. */
export type CursorGone = { gone: true }

/**
 * What a person sees of the page: the middle of it, and how much of the page's plane fits into the free part of their screen, in 1/8
 * page pixels along the screen's sides; `turn` is the page's, in radians clockwise.
 */
export type Sight = { x: number; y: number; width: number; height: number; turn: number }

/** Points at a place of the page, in 1/8 page pixels; with an emoji it is thrown there, or without a place to everybody. */
export type Ping = { x: number; y: number; emoji?: Emoji } | { emoji: Emoji }

/** A chunk of a stroke whose pen is down. `stroke` is the id of the later commit, `seq` counts from 0; see DESIGN 3.4. */
export type LiveChunk = {
  stroke: string
  seq: number
  tool: Tool
  color: number
  width: number
  swatch?: string
  points: Uint8Array
}
/** Cancels a live stroke. */
export type LiveEnd = { stroke: string; seq: number; end: true }

export type ServerEvents = {
  welcome: (welcome: Welcome) => void
  frame: (header: SentHeader, bytes: Uint8Array) => void
  presence: (guests: Guest[]) => void
  saved: (saved: Saved) => void
  status: (status: Status) => void
  notice: (notice: Notice) => void
  /** The page is locked or open again, or a host gave it a title. */
  page: (page: Pick<PageInfo, 'title' | 'locked'>) => void
  /** A link was replaced; hosts are told the key of the new one. */
  link: (link: NewLink) => void
  /** All there are; right after `welcome`, and whenever they are others. */
  finished: (regions: FinishedRegion[]) => void
  comment: (change: CommentChange) => void
  cursor: (cursor: (Cursor | CursorGone) & { guest: string }) => void
  live: (live: (LiveChunk | LiveEnd) & { guest: string }) => void
  ping: (ping: Ping & { guest: string }) => void
  /** What the followed guest sees; to their followers only. */
  sight: (sight: Sight & { guest: string }) => void
  /** Who follows this person; while it is anybody, this person's sights are wanted. */
  followers: (followers: { guests: string[] }) => void
  /** Following ended without being asked to: the guest left, or follows this person now. */
  unfollowed: (unfollowed: { guest: string; why: 'left' | 'follows' }) => void
  /** Everybody is to follow this host; null when it ends. */
  spotlight: (spotlight: { guest: string | null }) => void
}

export type ClientEvents = {
  cursor: (cursor: Cursor | CursorGone) => void
  live: (live: LiveChunk | LiveEnd) => void
  /**
   * Whether anybody can see the page: a picture that no socket of a room shows is not refined. And whether nobody is at it. A new
   * socket shows it, to somebody.
   */
  view: (view: { visible: boolean; idle?: boolean }) => void
  ping: (ping: Ping) => void
  /** Wants another guest's sights, or no more. */
  follow: (follow: { guest: string | null }) => void
  sight: (sight: Sight) => void
  /** A host asks everybody to follow, or no more. */
  spotlight: (spotlight: { on: boolean }) => void
}

export type SocketAuth = { room: string; token: string; patches?: boolean }

/** Files of a room's page. */
export const exportFormats = ['png', 'color', 'flats', 'psd', 'ora', 'gif', 'nurie'] as const
export type ExportFormat = (typeof exportFormats)[number]

/**
 * Every refusal: its HTTP status and the sentence people read. Over socket.io the code comes as `data.code` of a
 * `connect_error` or in a `notice`; on the Yjs channel as a close code (`closeCodes`).
 */
export const refusals = {
  'bad-request': [400, 'The request is not of the form this address takes.'],
  'too-slow': [408, 'The connection was too slow and was closed.'],
  'headers-too-large': [431, 'The headers of the request are too large.'],
  'foreign-origin': [403, 'A page of another site may not use this server.'],
  'not-an-image': [
    415,
    'This is not a file Nurie can read. Use a PNG, JPEG, WebP, PSD or OpenRaster picture, or a .nurie file.',
  ],
  'broken-image': [
    422,
    'The picture is damaged or cut short and cannot be opened. Save it anew, or choose another one.',
  ],
  'image-too-large': [413, 'The file is too large: at most 10 MB. Save it smaller and try again.'],
  'too-many-pixels': [
    422,
    'The picture has too many pixels: at most 24 megapixels and 8192 on a side. Make it smaller and try again.',
  ],
  'file-too-large': [413, 'The file is too large: a PSD, OpenRaster or .nurie file has at most 32 MB.'],
  'psd-kind': [
    422,
    'Nurie reads PSD files in RGB or grey with 8 bits a channel. Save this one so, or as a PNG, and try again.',
  ],
  'too-many-layers': [422, 'The drawing has too many layers: at most 1,000. Merge some and try again.'],
  'newer-nurie': [422, 'This file was made by a newer Nurie. Open it there, or update this server.'],
  'broken-nurie': [422, 'The .nurie file is damaged or cut short. Nothing of it was taken: export it again.'],
  'nurie-beyond-limits': [422, 'The page in this .nurie file is larger than this server allows.'],
  'image-timeout': [422, 'The picture took too long to open. Save it anew or smaller, and try again.'],
  'image-too-complex': [
    422,
    'The picture needs too much memory or time to open. Save it anew and try again.',
  ],
  'no-lines': [
    422,
    'There are no lines in this picture to color. Bring a drawing, or a sharper photo of one, with the page filling the picture.',
  ],
  'too-dark': [
    422,
    'This picture is black nearly everywhere, and there is no drawing in it. Bring a lighter one: dark lines on light paper.',
  ],
  'not-a-palette': [415, 'Nurie reads palettes as GPL, ASE or JSON. This file is none of them.'],
  'broken-palette': [
    422,
    'This palette is damaged, or not written as its kind should be. Nothing was taken.',
  ],
  'empty-palette': [422, 'This palette holds no colors.'],
  'palette-too-large': [413, 'This file is too large for a palette: 1 MB at most.'],
  'broken-hints': [
    422,
    'These hints are damaged, or not written as Nurie writes them. Use a PNG whose opaque pixels are painted, or save the strokes anew.',
  ],
  'newer-hints': [422, 'These hints were saved by a newer Nurie. Use them there, or update this one.'],
  'hints-beyond-limits': [422, 'These hints hold more or larger strokes than a page can.'],
  'hints-other-shape': [422, 'These hints are for a page of another shape. Use those of this drawing.'],
  'no-token': [401, 'This needs a session: open the room from its link.'],
  'bad-token': [401, 'The session is not valid here any more: open the room from its link again.'],
  'token-expired': [401, 'The session has expired: open the room again.'],
  'role-too-low': [403, 'Your link does not allow this. Ask the host of the room for another one.'],
  'room-not-found': [404, 'There is no such room, or the link is not complete.'],
  'sample-not-found': [404, 'There is no sample drawing of that name. Choose another one.'],
  'no-frame': [404, 'The page has not been colored yet. Try again in a moment.'],
  'nothing-made': [404, 'Nobody has painted on this page yet: there is no making to show.'],
  'not-found': [404, 'There is nothing at this address.'],
  'too-many-rooms': [429, 'Too many new rooms from this address. Try again later.'],
  'too-many-requests': [429, 'Too many requests. Wait a moment.'],
  'too-busy': [503, 'The server is busy with other pictures. Try again in a moment.'],
  'create-key': [
    403,
    'This server asks for a key to create rooms. Enter it, or ask whoever runs the server.',
  ],
  'room-full': [503, 'This room is full. You come in by yourself as soon as somebody leaves.'],
  'too-many-connections': [
    503,
    'Too many connections from this address. Close other tabs of Nurie: this one tries again by itself.',
  ],
  'coloring-down': [503, 'Coloring has stopped for a moment. Painting goes on; colors will follow.'],
  'malformed-update': [400, 'A change could not be understood and was refused.'],
  'foreign-content': [400, 'A change held something that is not a stroke and was refused.'],
  'stroke-refused': [400, 'A stroke was outside the limits and was refused.'],
  'forged-author': [403, 'A stroke named another guest as its author and was refused.'],
  'foreign-client': [403, 'A change was made in the name of another guest and was refused.'],
  'client-limit': [429, 'This page was opened too often in a short time to paint on it. Wait a while.'],
  revoked: [403, 'This link was replaced: ask for the new one.'],
  removed: [403, 'The host has removed you from this room.'],
  'page-locked': [403, 'The host has locked this page: painting goes on when it is open again.'],
  'room-ended': [404, 'The host has ended this room. Start a page of your own, or ask for another link.'],
  'room-damaged': [
    503,
    'A part of this page was damaged on the server. It can be looked at, not painted on, until it is repaired.',
  ],
  'room-kept': [
    409,
    'Nobody had opened this page for long, and it was about to be deleted. Now that you are here it stays.',
  ],
  'disk-full': [
    503,
    'The server’s disk is nearly full. What you paint is kept here and will be saved later.',
  ],
  'host-stays': [409, 'A host of this room cannot be removed from it.'],
  'guest-not-found': [404, 'There is no such guest in this room any more.'],
  'version-not-found': [404, 'There is no such version of this page any more. Choose another one.'],
  'version-damaged': [
    503,
    'This version was damaged on the server and cannot be opened. Choose another one.',
  ],
  'too-many-versions': [
    409,
    'This page keeps 100 named versions, and these are there. Delete one that is not needed any more.',
  ],
  'no-region': [422, 'There is no region here. Press inside one, not on a line.'],
  'finished-already': [409, 'This region is finished already.'],
  'finished-not-found': [404, 'This region is not finished any more.'],
  'finished-by-other': [403, 'Only who finished this region, or a host, can unlock it.'],
  'too-many-finished': [409, '200 regions of this page are finished. Unlock one to finish another.'],
  'comment-empty': [422, 'There is nothing to read in this comment. Write something.'],
  'comment-not-found': [404, 'This comment is not there any more.'],
  'comment-of-other': [403, 'Only who wrote a comment can change it, and only they or a host can delete it.'],
  'too-many-comments': [409, 'This page has 500 comments. Delete some that are done to write more.'],
  'update-too-large': [413, 'A change was too large and was refused.'],
  'page-full': [
    413,
    'This page is full: it cannot take more strokes. Undo some, or export it and start a new one.',
  ],
  'viewer-update': [403, 'This link allows looking, not painting. Ask the host for the link to paint.'],
  'too-fast': [429, 'Too many changes at once. Wait a moment.'],
  'unknown-event': [400, 'The server does not know this event.'],
  'bad-event': [400, 'The event is not of the form the server takes.'],
  'not-saved': [503, 'Strokes cannot be saved right now. They are kept here and will be saved later.'],
  'shutting-down': [503, 'The server is restarting. Your page comes back by itself.'],
  internal: [500, 'Something went wrong on the server. Try again in a moment.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>

export type RefusalCode = keyof typeof refusals

/** Close codes of the Yjs channel. The stock client gives up on 4400-4499 and tries 4500-4599 again. */
export const closeCodes = {
  malformed: 4400,
  token: 4401,
  forbidden: 4403,
  room: 4404,
  tooLarge: 4413,
  overload: 4503,
  tooFast: 4529,
} as const
export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes]

/** The WebSocket subprotocol of the Yjs channel; the token follows it as a second one. */
export const YJS_SUBPROTOCOL = 'nurie'

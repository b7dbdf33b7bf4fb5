/**
 * The HTTP calls of the page (DESIGN 3.2). Every failure becomes a `Problem` with a code and an English sentence; what people read is
 * the sentence of the code in their language (i18n/refusalText.ts).
 */
import { refusals, type Guest, type PageInfo, type RefusalCode, type Role } from '../../shared/protocol.ts'

/** What no server tells, with its sentence. */
export const ownProblems = {
  /** The server was not reached at all. */
  network: 'Nurie cannot be reached. Check the connection and try again.',
  'no-line-art': 'The line art cannot be opened here.',
} as const satisfies Record<string, string>

/** `unknown`: refused by a server that is newer than this page, for a reason that only its sentence tells. */
export type ProblemCode = RefusalCode | keyof typeof ownProblems | 'unknown'
export type RoomKeys = { host: string; edit: string; view: string }
export type NewRoom = { room: string; width: number; height: number; keys: RoomKeys }
/** The guest's role is told beside the guest; here it is part of it, as everywhere else. */
export type Session = {
  token: string
  role: Role
  guest: Guest
  page: PageInfo
  /** Whether others can come in by the same link: it was not replaced. */
  invites: boolean
}
export type Sample = {
  name: string
  title: string
  width: number
  height: number
  artist: string
  licence: string
  thumbnail: string
  /** The same, colored. */
  colored: string
}

const sentences = {
  ...Object.fromEntries(Object.entries(refusals).map(([code, [, sentence]]) => [code, sentence])),
  ...ownProblems,
} as Record<Exclude<ProblemCode, 'unknown'>, string>

export class Problem extends Error {
  readonly code: ProblemCode

  constructor(code: ProblemCode, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** The problem of a refusal the page finds by itself. */
export const problemOf = (code: Exclude<ProblemCode, 'unknown'>) => new Problem(code, sentences[code])

async function call(url: string, init: RequestInit = {}): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(url, init)
  } catch {
    throw problemOf('network')
  }
  if (answer.ok) return answer
  throw await problemIn(answer)
}

async function problemIn(answer: Response): Promise<Problem> {
  const body = (await answer.json().catch(() => ({}))) as { code?: unknown; detail?: unknown }
  const { code, detail } = body
  const said = typeof detail === 'string' && detail !== ''
  if (typeof code === 'string' && Object.hasOwn(refusals, code)) {
    return said ? new Problem(code as RefusalCode, detail) : problemOf(code as RefusalCode)
  }
  if (said) return new Problem('unknown', detail)
  return problemOf(
    answer.status === 413 ? 'image-too-large' : answer.status === 404 ? 'not-found' : 'internal',
  )
}

export const json = (body: unknown, method = 'POST') => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Whether new rooms need a key on this server. */
export async function asksForKey(origin = ''): Promise<boolean> {
  const info = (await (await call(`${origin}/api/info`)).json()) as { createKey?: boolean }
  return info.createKey === true
}

export async function listSamples(origin = ''): Promise<Sample[]> {
  return (await call(`${origin}/api/samples`)).json() as Promise<Sample[]>
}

/** `picture`: the bytes and their type; or the name of a bundled sample. `createKey`: where the server asks for one. */
export async function createRoom(
  from: { picture: Blob; type: string } | { sample: string },
  createKey = '',
  origin = '',
): Promise<NewRoom> {
  const init =
    'sample' in from
      ? json(from)
      : { method: 'POST', headers: { 'content-type': from.type }, body: from.picture }
  // A header takes no other letters, and no key has them.
  if (/[^\x20-\x7e]/.test(createKey)) throw problemOf('create-key')
  const headers = { ...init.headers, ...(createKey && { 'x-nurie-create-key': createKey }) }
  return (await call(`${origin}/api/rooms`, { ...init, headers })).json() as Promise<NewRoom>
}

export type Entrance = { key: string; name?: string; previous?: string }

export async function openSession(room: string, entrance: Entrance, origin = ''): Promise<Session> {
  const answer = await call(`${origin}/api/rooms/${encodeURIComponent(room)}/sessions`, json(entrance))
  const session = (await answer.json()) as Session
  return { ...session, guest: { ...session.guest, role: session.role } }
}

/** A call of somebody who is in the room; `path` is what follows the room's own address. */
export function callRoom(room: string, token: string, path: string, init: RequestInit, origin = '') {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` }
  const end = path && `/${path}`
  return call(`${origin}/api/rooms/${encodeURIComponent(room)}${end}`, { ...init, headers })
}

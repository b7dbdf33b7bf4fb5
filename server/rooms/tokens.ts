/**
 * Session tokens: who somebody is in one room, signed by this server (JWT, HS256), valid for an hour and across restarts.
 * They hold nothing secret. Whether a session that is good by itself was taken back since is for the room to say (roster.ts).
 * The only file that knows jose.
 */
import { randomUUID } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { roles, type Guest, type RefusalCode } from '../../shared/protocol.ts'

export type Session = {
  room: string
  guest: Guest
  /** How often the link of the guest's role had been replaced by then (RoomRecord.generations). */
  generation: number
  /** Of the key it was made with (access.ts). */
  keyMark: string
}
export type TokenFault = Extract<RefusalCode, 'bad-token' | 'token-expired'>

export type Tokens = {
  issue(session: Session): Promise<string>
  read(token: string): Promise<Session | TokenFault>
  /** The session of any token of ours, even an expired one. */
  readExpired(token: string): Promise<Session | undefined>
}

export const LIFETIME_MS = 3_600_000

const claims = z.object({
  room: z.string(),
  guest: z.object({
    id: z.string().min(1).max(limits.idLength),
    name: z.string(),
    color: z.string(),
    role: z.enum(roles),
  }),
  // Earlier versions did not tell these two.
  generation: z.int().min(0).default(0),
  keyMark: z.string().default(''),
})

export function openTokens(secret: string, now: () => Date = () => new Date()): Tokens {
  const key = new TextEncoder().encode(secret)

  async function verify(token: string, at: Date): Promise<Session | TokenFault> {
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: ['HS256'], currentDate: at })
      const parsed = claims.safeParse(payload)
      return parsed.success ? parsed.data : 'bad-token'
    } catch (error) {
      return error instanceof errors.JWTExpired ? 'token-expired' : 'bad-token'
    }
  }

  return {
    issue: (session) =>
      new SignJWT({ ...session, sid: randomUUID() })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuedAt(now())
        .setExpirationTime(new Date(now().getTime() + LIFETIME_MS))
        .sign(key),
    read: (token) => verify(token, now()),
    async readExpired(token) {
      const session = await verify(token, new Date(0))
      return typeof session === 'string' ? undefined : session
    },
  }
}

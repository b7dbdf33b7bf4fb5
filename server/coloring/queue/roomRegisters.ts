/**
 * What servers and workers tell each other of a room, in Redis: a latest register as in register.ts, of which every field is
 * replaced as a whole. All times in it are Redis' own. Nothing in it is the truth: when it is gone, the servers that have the room
 * open write theirs again, and revisions go on from the largest that any of them knows.
 *
 * Fields: `asked`, the largest revision; `taken`, the largest a frame may have; `drafted`, `refined`, `wanted`, `since` as in
 * register.ts; `whole:STAGE` and `made:STAGE`, how often a whole frame was asked for and up to where that was done; `last` and `worker`,
 * the last frame and who made it; `off`, that its refine was put off; of each server `n:NODE`, who looks, and `w:NODE`, its wet strokes.
 */
import type { Redis } from '../../cluster/redis.ts'
import { stages, type Stage } from '../../../shared/protocol.ts'
import { newRegister, type Attention, type Register } from '../register.ts'
import { decodeWet, type Wet } from './wet.ts'

/** A server that says nothing for so long is gone, with what it had; a register that nobody writes goes after a while. */
const STALE_MS = 10_000
const KEPT_MS = 60_000

/** A server's part. `wet`: as encoded. */
export type Part = {
  node: string
  /** The newest revision here, the largest that was asked for when that was heard last, and the largest of a frame. */
  revision: number
  asked: number
  framed: number
  /** There is something newer to color, or something is wanted that was not. */
  isNews: boolean
  wanted: boolean
  whole: readonly Stage[]
  look: Look
  wet: string
}
/** `patches`: all who look can take frames that are only what changed. */
export type Look = { attention: Attention; patches: boolean }
export type Put = Pick<Register, 'revision' | 'drafted' | 'refined' | 'wanted'> & {
  /** To be rung: it has news, also because the register was lost or a server that is gone had wet strokes. */
  isNews: boolean
  wasPutOff: boolean
}
export type Framed = { revision: number; stage: Stage }
export type RoomRegister = Register & {
  /** Milliseconds of Redis' clock; `since` is on it too. */
  now: number
  patches: boolean
  /** Stages of which the next frame is to be whole, up to which request. */
  whole: Partial<Record<Stage, number>>
  last: Framed | undefined
  worker: string | undefined
  wets: Wet[]
}

const CLOCK = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)
local key = KEYS[1]
local function num(field) return tonumber(redis.call('HGET', key, field) or '0') end
`
const PUT = `${CLOCK}
local node, revision, known, framed = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local news = ARGV[5] == '1'
local asked, taken, drafted, refined = num('asked'), num('taken'), num('drafted'), num('refined')
if taken < framed then taken = framed redis.call('HSET', key, 'taken', taken) end
if asked < known then news = true end
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  if string.sub(all[i], 1, 2) == 'n:' then
    local at = tonumber(string.match(all[i + 1], '^%d+'))
    if now - at > ${STALE_MS} then
      local other = string.sub(all[i], 3)
      redis.call('HDEL', key, all[i], 'w:' .. other)
      news = true
    end
  end
end
for stage in string.gmatch(ARGV[7], '%a+') do
  redis.call('HINCRBY', key, 'whole:' .. stage, 1)
  if drafted >= asked then news = true end
end
if news then
  if refined >= asked then redis.call('HSET', key, 'since', now) end
  asked = math.max(asked + 1, taken + 1, known, revision)
  redis.call('HSET', key, 'asked', asked)
end
if ARGV[6] == '1' then redis.call('HSET', key, 'wanted', asked) end
redis.call('HSET', key, 'n:' .. node, now .. ' ' .. ARGV[8], 'w:' .. node, ARGV[9])
redis.call('PEXPIRE', key, ${KEPT_MS})
local off = redis.call('HGET', key, 'off')
if off and news then redis.call('HDEL', key, 'off') end
return { asked, drafted, refined, num('wanted'), news and 1 or 0, off and 1 or 0 }`
const READ = `${CLOCK} return { now, redis.call('HGETALL', key) }`
const TAKE = `${CLOCK}
local revision = math.max(tonumber(ARGV[1]), num('taken') + 1)
redis.call('HSET', key, 'taken', revision)
if num('asked') < revision then redis.call('HSET', key, 'asked', revision) end
redis.call('PEXPIRE', key, ${KEPT_MS})
return revision`
const NOTE = `${CLOCK}
local stage, revision = ARGV[1], tonumber(ARGV[2])
local made = stage == 'draft' and 'drafted' or 'refined'
redis.call('HSET', key, made, math.max(num(made), revision), 'last', stage .. ' ' .. revision, 'worker', ARGV[3])
if stage == 'refined' then redis.call('HSET', key, 'since', now) end
if ARGV[4] ~= '' then redis.call('HSET', key, 'made:' .. stage, ARGV[4]) end
redis.call('PEXPIRE', key, ${KEPT_MS})`

export type RoomRegisters = ReturnType<typeof openRoomRegisters>

/** Every call rejects while there is no Redis, or waits for it, as the connection does. */
export function openRoomRegisters(redis: Redis, coloring: string) {
  const keyOf = (room: string) => `nurie:${coloring}:room:${room}`
  return {
    /** A server's part of a room, all of it in one step. */
    async put(room: string, part: Part): Promise<Put> {
      const { node, revision, asked: known, framed, isNews, wanted, whole, look, wet } = part
      const flags = [Number(isNews), Number(wanted), whole.join(' ')]
      const said = `${look.attention} ${Number(look.patches)}`
      const put = await redis.eval(PUT, 1, keyOf(room), node, revision, known, framed, ...flags, said, wet)
      const [asked, drafted, refined, wantedTo, news, off] = put as number[]
      return {
        revision: asked!,
        drafted: drafted!,
        refined: refined!,
        wanted: wantedTo!,
        isNews: news === 1,
        wasPutOff: off === 1,
      }
    },
    /** A server does not have the room open any more. */
    async leave(room: string, node: string): Promise<void> {
      await redis.hdel(keyOf(room), `n:${node}`, `w:${node}`)
    },

    /** Undefined when there is none: it was lost, and comes again. */
    async read(room: string): Promise<RoomRegister | undefined> {
      const [now, flat] = (await redis.eval(READ, 1, keyOf(room))) as [number, string[]]
      return flat.length === 0 ? undefined : registerOf(now, flat)
    },
    /** The revision of a new frame: at least `revision`, and larger than any other's. */
    take: async (room: string, revision: number) =>
      (await redis.eval(TAKE, 1, keyOf(room), revision)) as number,
    /** A frame was made. `whole`: the request it answers, if it is whole. */
    async note(room: string, { stage, revision }: Framed, worker: string, whole?: number): Promise<void> {
      await redis.eval(NOTE, 1, keyOf(room), stage, revision, worker, whole ?? '')
    },
    async putOff(room: string): Promise<void> {
      await redis.hset(keyOf(room), 'off', 1)
    },
  }
}

const strongest: readonly Attention[] = ['none', 'hidden', 'seen']

function registerOf(now: number, flat: readonly string[]): RoomRegister {
  const fields = new Map<string, string>()
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!)
  const number = (name: string) => Number(fields.get(name) ?? 0)
  const [stage, revision] = fields.get('last')?.split(' ') ?? []
  const register: RoomRegister = {
    ...newRegister(),
    revision: number('asked'),
    drafted: number('drafted'),
    refined: number('refined'),
    wanted: number('wanted'),
    since: number('since'),
    now,
    patches: true,
    whole: {},
    last: stage ? { stage: stage as Stage, revision: Number(revision) } : undefined,
    worker: fields.get('worker'),
    wets: [],
  }
  for (const stage of stages) {
    const asked = number(`whole:${stage}`)
    if (asked > number(`made:${stage}`)) register.whole[stage] = asked
  }
  for (const name of [...fields.keys()].filter((name) => name.startsWith('n:')).sort()) {
    const [at, attention, patches] = fields.get(name)!.split(' ') as [string, Attention, string]
    if (now - Number(at) > STALE_MS) continue
    if (strongest.indexOf(attention) > strongest.indexOf(register.attention)) register.attention = attention
    if (attention !== 'none' && patches !== '1') register.patches = false
    const wet = fields.get(`w:${name.slice(2)}`)
    if (wet) register.wets.push(decodeWet(wet))
  }
  return register
}

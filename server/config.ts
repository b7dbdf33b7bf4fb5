/**
 * The settings (environment variables), read once at start. Every fault is reported at once, in one message; nothing else
 * reads the environment.
 */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { engineNames, type EngineName } from '../models/engines/engine.ts'
import { limits } from '../shared/limits.ts'
import type { RetentionRules } from './retention/retention.ts'
import { openAddresses, type TrustedProxies } from './address.ts'

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`)

const share = () =>
  z
    .string()
    .transform(Number)
    .refine((value) => value > 0 && value <= 1, 'must be a share above 0, up to 1')

const secret = (least: number) => z.string().min(least, `must be at least ${least} characters long`)

const origins = z.string().transform((text, context) =>
  text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => {
      if (!URL.canParse(part) || new URL(part).origin === 'null') {
        context.addIssue({
          code: 'custom',
          message: `"${part}" is not an origin such as https://example.org`,
        })
        return part
      }
      return new URL(part).origin
    }),
)

const trustedProxies = z.string().transform((text, context): TrustedProxies => {
  if (/^\d{1,2}$/.test(text.trim())) return Number(text)
  const list = text.split(/[\s,]+/).filter((part) => part !== '')
  try {
    openAddresses(list)
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `must be a number of proxies, or their addresses: ${(error as Error).message}`,
    })
  }
  return list
})

const address = (example: string) =>
  z
    .string()
    .refine(
      (text) =>
        URL.canParse(text) && new URL(text).protocol.startsWith(example.slice(0, example.indexOf(':'))),
      `must be an address such as ${example}`,
    )

const settings = z.object({
  PORT: whole(0, 65535).default(8080),
  HOST: z.string().default('127.0.0.1'),
  NURIE_DATA: z.string().default('./data'),
  NURIE_ENGINE: z
    .enum(['auto', ...engineNames], `must be auto or one of ${engineNames.join(', ')}`)
    .default('auto'),
  /** More gain little, and take cores from others. */
  NURIE_THREADS: whole(1, 64).default(Math.min(4, availableParallelism())),
  NURIE_DATABASE_URL: address('postgres://user:password@host/database').optional(),
  NURIE_REDIS_URL: address('redis://:password@host:6379').optional(),
  NURIE_ORIGINS: origins.default([]),
  NURIE_TRUSTED_PROXIES: trustedProxies.default(0),
  NURIE_SECRET: secret(16).optional(),
  NURIE_METRICS_TOKEN: secret(8).optional(),
  NURIE_RETENTION_ARCHIVE_DAYS: whole(1, 36_500).optional(),
  NURIE_RETENTION_DELETE_DAYS: whole(1, 36_500).optional(),
  NURIE_RETENTION_GRACE_DAYS: whole(1, 36_500).default(14),
  NURIE_TRACES: address('http://collector:4318/v1/traces').optional(),
  NURIE_TRACES_SHARE: share().default(1),
  // It travels in a header.
  NURIE_CREATE_KEY: secret(8)
    .regex(/^[\x20-\x7e]*$/, 'must be plain letters, digits and signs')
    .optional(),
  NURIE_LOG: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NURIE_LIMIT_FRAME_BYTES: whole(1024).default(limits.frameBytes),
  NURIE_LIMIT_CATCHUP_BYTES: whole(1024).default(limits.catchupBytes),
  NURIE_LIMIT_MESSAGES: whole(1).default(limits.messages),
  NURIE_LIMIT_COMMITS: whole(1).default(limits.commits),
  NURIE_LIMIT_STROKES: whole(1).default(limits.strokes),
  NURIE_LIMIT_POINTS: whole(1, limits.points).default(limits.points),
  NURIE_LIMIT_ROOM_BYTES: whole(1024).default(limits.roomBytes),
  NURIE_LIMIT_EDITORS: whole(1).default(limits.editors),
  NURIE_LIMIT_VIEWERS: whole(0).default(limits.viewers),
  NURIE_LIMIT_CONNECTIONS: whole(1).default(limits.connections),
  /** At least as many as may be held, unless it is set. */
  NURIE_LIMIT_CONNECTS: whole(1).optional(),
  NURIE_LIMIT_ROOMS_PER_HOUR: whole(1).default(limits.roomsPerHour),
  NURIE_LIMIT_IDLE_S: whole(0, 86_400).default(limits.idleSeconds),
  NURIE_LIMIT_DISK_ROOMS: share().default(limits.diskRooms),
  NURIE_LIMIT_DISK_READONLY: share().default(limits.diskReadonly),
})

export type Limits = {
  frameBytes: number
  catchupBytes: number
  messages: number
  messageBurst: number
  commits: number
  commitBurst: number
  strokes: number
  points: number
  roomBytes: number
  editors: number
  viewers: number
  connections: number
  connects: number
  roomsPerHour: number
  idleSeconds: number
  diskRooms: number
  diskReadonly: number
  /** So many free bytes are enough, whatever share of the disk they are. */
  diskPlentyBytes: number
}

/** Several servers that share their rooms. The secret is everybody's, so that a token opens every server. */
export type ClusterConfig = { databaseUrl: string; redisUrl: string; secret: string }

export type Config = {
  port: number
  host: string
  /** Folder of the database and the secret. */
  data: string
  engine: EngineName | 'auto'
  /** Of the networks. */
  threads: number
  origins: readonly string[]
  trustedProxies: TrustedProxies
  secret?: string
  metricsToken?: string
  createKey?: string
  /** What becomes of rooms nobody uses (retention/); without, they stay as they are. */
  retention?: RetentionRules
  /** Where traces are sent (tracing.ts), and of which share of the strokes. */
  traces?: { url: string; share: number }
  /** Without it: one server, with all it needs in its data folder. */
  cluster?: ClusterConfig
  log: string
  limits: Limits
}

/** Throws one Error whose message names every wrong setting. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // A variable set to nothing is a variable not set: compose files write them so.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const result = settings.safeParse(set)
  const faults = [
    ...(result.error?.issues ?? []).map((issue) => `  ${issue.path.join('.')}: ${issue.message}`),
    ...Object.keys(set)
      .filter((name) => name.startsWith('NURIE_LIMIT_') && !(name in settings.shape))
      .map((name) => `  ${name}: there is no such limit`),
  ]
  faults.push(...clusterFaults(set))
  if (!result.success || faults.length > 0) {
    throw new Error(`These settings are wrong:\n${faults.join('\n')}`)
  }
  const values = result.data
  const { NURIE_DATABASE_URL: databaseUrl, NURIE_REDIS_URL: redisUrl, NURIE_SECRET: secret } = values
  return {
    port: values.PORT,
    host: values.HOST,
    data: values.NURIE_DATA,
    engine: values.NURIE_ENGINE,
    threads: values.NURIE_THREADS,
    origins: values.NURIE_ORIGINS,
    trustedProxies: values.NURIE_TRUSTED_PROXIES,
    ...(values.NURIE_SECRET !== undefined && { secret: values.NURIE_SECRET }),
    ...(values.NURIE_METRICS_TOKEN !== undefined && { metricsToken: values.NURIE_METRICS_TOKEN }),
    ...(values.NURIE_CREATE_KEY !== undefined && { createKey: values.NURIE_CREATE_KEY }),
    ...retentionOf(values),
    ...(values.NURIE_TRACES !== undefined && {
      traces: { url: values.NURIE_TRACES, share: values.NURIE_TRACES_SHARE },
    }),
    ...(databaseUrl && redisUrl && secret && { cluster: { databaseUrl, redisUrl, secret } }),
    log: values.NURIE_LOG,
    limits: {
      frameBytes: values.NURIE_LIMIT_FRAME_BYTES,
      catchupBytes: values.NURIE_LIMIT_CATCHUP_BYTES,
      messages: values.NURIE_LIMIT_MESSAGES,
      messageBurst: 2 * values.NURIE_LIMIT_MESSAGES,
      commits: values.NURIE_LIMIT_COMMITS,
      commitBurst: Math.max(limits.commitBurst, values.NURIE_LIMIT_COMMITS),
      strokes: values.NURIE_LIMIT_STROKES,
      points: values.NURIE_LIMIT_POINTS,
      roomBytes: values.NURIE_LIMIT_ROOM_BYTES,
      editors: values.NURIE_LIMIT_EDITORS,
      viewers: values.NURIE_LIMIT_VIEWERS,
      connections: values.NURIE_LIMIT_CONNECTIONS,
      connects: values.NURIE_LIMIT_CONNECTS ?? Math.max(limits.connects, 4 * values.NURIE_LIMIT_CONNECTIONS),
      roomsPerHour: values.NURIE_LIMIT_ROOMS_PER_HOUR,
      idleSeconds: values.NURIE_LIMIT_IDLE_S,
      diskRooms: values.NURIE_LIMIT_DISK_ROOMS,
      diskReadonly: values.NURIE_LIMIT_DISK_READONLY,
      // Who names a share means it.
      diskPlentyBytes:
        'NURIE_LIMIT_DISK_ROOMS' in set || 'NURIE_LIMIT_DISK_READONLY' in set
          ? Infinity
          : limits.diskPlentyBytes,
    },
  }
}

function retentionOf(values: z.infer<typeof settings>): { retention?: RetentionRules } {
  const { NURIE_RETENTION_ARCHIVE_DAYS: archiveDays, NURIE_RETENTION_DELETE_DAYS: deleteDays } = values
  if (archiveDays === undefined && deleteDays === undefined) return {}
  const graceDays = values.NURIE_RETENTION_GRACE_DAYS
  return {
    retention: {
      graceDays,
      ...(archiveDays !== undefined && { archiveDays }),
      ...(deleteDays !== undefined && { deleteDays }),
    },
  }
}

/** A cluster needs all three: one database, one bus, one secret. */
function clusterFaults(set: Record<string, string | undefined>): string[] {
  const names = ['NURIE_DATABASE_URL', 'NURIE_REDIS_URL'] as const
  if (!names.some((name) => name in set)) return []
  return [...names, 'NURIE_SECRET']
    .filter((name) => !(name in set))
    .map((name) => `  ${name}: must be set too: several servers share one database, one Redis and one secret`)
}

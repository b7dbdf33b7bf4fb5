/**
 * `npm run admin -- COMMAND`: what an operator does to the rooms. Commands that change a data folder want its server stopped; those that only
 * look, and all of them with NURIE_DATABASE_URL, work while servers run, which hear of it by themselves.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../config.ts'
import { openLog, roomLabel } from '../log.ts'
import { applyRetention, dueSteps, pageOf, type RetentionRules } from '../retention/retention.ts'
import { textTable } from '../textTable.ts'
import { backUpTo, restoreFrom } from './backups.ts'
import { findGuest, findRoom } from './findRoom.ts'
import { forgetGuest } from './forgetGuest.ts'
import { openData, type AdminData } from './openData.ts'
import { listGuests, listRooms } from './roomList.ts'
import { wholeFile } from './wholeFile.ts'

export const USAGE = `npm run admin -- COMMAND, each with --data FOLDER where that is not NURIE_DATA:
  rooms [--ids] [--json]           all rooms: title, strokes, people, size, when somebody was last in
  guests ROOM [--ids] [--json]     who was in a room
  load [--json]                    servers, workers, rooms and the store's size
  export ROOM --out FILE.nurie     a room with everything in it
  archive ROOM                     keep only what opening it needs
  end ROOM --yes                   delete a room and everything of it
  forget-guest ROOM GUEST [--undo] delete a person's name and comments; with --undo their strokes too, and the history that holds them
  retention [--apply]              what the retention settings would do now; do it
  backup FOLDER                    a copy of everything, named after the moment
  restore FILE --yes               put a backup in the place of what is there; no server may run
ROOM and GUEST are ids or the short hashes of the log.`

const options = {
  data: { type: 'string' },
  out: { type: 'string' },
  ids: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  undo: { type: 'boolean', default: false },
  apply: { type: 'boolean', default: false },
} as const

/** Servers read within two seconds what others wrote. */
const HEARD_MS = 3_000

type Values = ReturnType<typeof parsed>['values']
type Say = (line: string) => void
type Cell = string | number | boolean | undefined
type Command = {
  how: 'read' | 'write'
  run(data: AdminData, args: readonly string[], values: Values): Promise<void>
}

const parsed = (args: string[]) => parseArgs({ args, allowPositionals: true, options })

/** Gives the exit code; rejects with one Error for people. */
export async function runAdmin(
  args: string[],
  environment: Record<string, string | undefined>,
  say: Say,
): Promise<number> {
  const { values, positionals } = parsed(args)
  const [name, ...rest] = positionals
  if (!name || name === 'help') {
    say(USAGE)
    return name ? 0 : 1
  }
  const config = readConfig({ ...environment, ...(values.data !== undefined && { NURIE_DATA: values.data }) })
  if (name === 'backup') await backUpTo(config, needed(rest[0], 'where to: backup FOLDER'), new Date(), say)
  else if (name === 'restore') {
    const file = needed(rest[0], 'which: restore FILE --yes')
    if (!values.yes) throw new Error('this replaces all rooms that are there: say --yes.')
    await restoreFrom(config, file, new Date(), say)
  } else {
    const command = commands(config, say)[name]
    if (!command) throw new Error(`there is no command ${name}.\n${USAGE}`)
    const isWriting = command.how === 'write' || (name === 'retention' && values.apply)
    const data = await openData(config, isWriting ? 'write' : 'read')
    await command.run(data, rest, values).finally(() => data.store.close())
  }
  return 0
}

function needed(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`say ${what}.`)
  return value
}

function commands(config: Config, say: Say): Partial<Record<string, Command>> {
  const roomOf = ({ store }: AdminData, [name]: readonly string[], usage: string) =>
    findRoom(store, needed(name, `which room: ${usage}`))
  const show = (
    rows: readonly Partial<Record<string, Cell>>[],
    columns: readonly string[],
    json: boolean,
  ) => {
    if (json) say(JSON.stringify(rows, null, 1))
    else say(textTable([columns, ...rows.map((row) => columns.map((column) => cell(row[column])))]))
  }
  return {
    rooms: {
      how: 'read',
      async run({ store }, _args, { ids, json }) {
        show(
          await listRooms(store, { ids }),
          ['room', 'title', 'strokes', 'guests', 'bytes', 'used', 'state'],
          json,
        )
      },
    },
    guests: {
      how: 'read',
      async run(data, args, { ids, json }) {
        const room = await roomOf(data, args, 'guests ROOM')
        show(await listGuests(data.store, room, { ids }), ['guest', 'name', 'role', 'strokes'], json)
      },
    },
    load: {
      how: 'read',
      async run({ store, cluster }, _args, { json }) {
        const nodes = cluster ? await cluster.liveNodes() : []
        const used = (await store.roomUses()).filter(({ usedAt }) => Date.now() - usedAt < IN_USE_MS)
        const { bytes, ...rooms } = await store.use()
        const count = (kind: string) => nodes.filter((node) => node.kind === kind).length
        const alone = { servers: 'of a data folder: see its /metrics' }
        const cells = cluster ? { servers: count('server'), workers: count('worker') } : alone
        const load = { ...cells, inUse: used.length, ...rooms, bytes }
        if (json) say(JSON.stringify({ ...load, nodes }, null, 1))
        else for (const [what, value] of Object.entries(load)) say(`${what}: ${value}`)
        if (!json) for (const { kind, id, version } of nodes) say(`${kind} ${id}, version ${version}`)
      },
    },
    export: {
      how: 'read',
      async run(data, args, { out }) {
        const room = await roomOf(data, args, 'export ROOM --out FILE.nurie')
        const file = needed(out, 'where to: export ROOM --out FILE.nurie')
        const { bytes, lacks } = await wholeFile(data.store, room)
        writeFileSync(file, bytes, { flag: 'wx' })
        say(`${bytes.length} bytes written to ${file}${lacks ? ', without how the page came to be' : ''}`)
      },
    },
    archive: {
      how: 'write',
      async run(data, args) {
        const room = await roomOf(data, args, 'archive ROOM')
        const { usedAt } = (await data.store.roomUses()).find(({ id }) => id === room)!
        if (!(await data.store.archiveRoom(room, await pageOf(data.store, room), usedAt, Date.now())))
          throw new Error('somebody is in this room: try again when it is empty.')
        say(`${roomLabel(room)} is archived.`)
      },
    },
    end: {
      how: 'write',
      async run(data, args, { yes }) {
        const room = await roomOf(data, args, 'end ROOM --yes')
        if (!yes) throw new Error('this deletes the room and everything of it for good: say --yes.')
        await data.store.removeRoom(room)
        say(`${roomLabel(room)} is deleted.`)
      },
    },
    'forget-guest': {
      how: 'write',
      async run(data, args, { undo }) {
        const usage = 'forget-guest ROOM GUEST'
        const room = await roomOf(data, args, usage)
        const { id } = await findGuest(data.store, room, needed(args[1], `whom: ${usage}`))
        const settled = () => new Promise<void>((resolve) => setTimeout(resolve, data.cluster ? HEARD_MS : 0))
        const { strokes, versions } = await forgetGuest(data.store, room, id, { undo, settled })
        say(
          `forgotten${undo ? `; ${strokes} strokes undone, the history and ${versions} versions deleted` : ''}.`,
        )
        say('Backups and files made before still hold them: delete those, or let them expire.')
      },
    },
    retention: {
      how: 'read',
      async run({ store }, _args, { apply, json }) {
        const rules: RetentionRules | undefined = config.retention
        if (!rules)
          throw new Error(
            'nothing is ever archived or deleted: set NURIE_RETENTION_ARCHIVE_DAYS or NURIE_RETENTION_DELETE_DAYS.',
          )
        const now = Date.now()
        if (!apply) {
          const due = (await dueSteps(store, rules, now)).map(({ use, step }) => ({
            room: roomLabel(use.id),
            used: new Date(use.usedAt).toISOString(),
            step,
          }))
          show(due, ['room', 'used', 'step'], json)
          if (!json) say(`${due.length} rooms are due; nothing was changed (--apply does it).`)
          return
        }
        const done = await applyRetention({ store, rules, now, log: openLog('silent'), onStep() {} })
        say(
          json
            ? JSON.stringify(done)
            : Object.entries(done)
                .map(([what, n]) => `${n} ${what}`)
                .join(', '),
        )
        if (done.failed > 0) throw new Error(`${done.failed} rooms are damaged and stay as they are.`)
      },
    },
  }
}

/** Of rooms in use it is noted every five minutes. */
const IN_USE_MS = 10 * 60_000

const cell = (value: Cell) => String(value ?? '?')

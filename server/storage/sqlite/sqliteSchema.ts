/**
 * The tables, and how older files become today's. WAL and `synchronous = FULL`: a commit that returned is on disk, and of a
 * commit that was cut short nothing is left.
 */
import Database from 'libsql'

export type SqliteDatabase = Database.Database

/** Have rooms.changes count every change of a table. */
const countingTriggers = (table: string) =>
  (['insert', 'update', 'delete'] as const)
    .map((event) => {
      const row = event === 'delete' ? 'old' : 'new'
      return `create trigger ${table}_${event} after ${event} on ${table} begin
        update rooms set changes = changes + 1 where id = ${row}.room; end;`
    })
    .join('\n')

/** Each brings a file from the version of its index to the next; never changed, only added to. */
const steps = [
  `
  create table if not exists rooms (
    id text primary key,
    created integer not null,
    title text not null,
    width integer not null,
    height integer not null,
    host_hash blob not null,
    edit_hash blob not null,
    view_hash blob not null,
    revision_reserved integer not null default 0
  );
  create table if not exists line_art (room text primary key, png blob not null);
  create table if not exists ops (
    room text not null,
    seq integer not null,
    bytes blob not null,
    crc integer not null,
    received_at integer not null,
    primary key (room, seq)
  );
  create table if not exists probe (id integer primary key, at integer not null);
  `,
  `
  alter table rooms add column host_generation integer not null default 0;
  alter table rooms add column edit_generation integer not null default 0;
  alter table rooms add column view_generation integer not null default 0;
  alter table rooms add column locked integer not null default 0;
  alter table ops add column guest text not null default '';
  create table claims (
    room text not null,
    client integer not null,
    guest text not null,
    primary key (room, client)
  ) without rowid;
  create table guests (
    room text not null,
    id text not null,
    name text not null,
    color text not null,
    role text not null,
    removed integer not null default 0,
    primary key (room, id)
  ) without rowid;
  create table snapshots (
    room text not null,
    seq integer not null,
    bytes blob not null,
    crc integer not null,
    made_at integer not null,
    primary key (room, seq)
  );
  create table versions (
    room text not null,
    id text not null,
    kind text not null,
    name text not null,
    guest text not null,
    seq integer not null,
    made_at integer not null,
    thumbnail blob not null,
    primary key (room, id)
  );
  `,
  `
  alter table line_art add column crc integer;
  create table damaged (
    room text not null,
    seq integer not null,
    kind text not null,
    guest text not null,
    bytes blob not null,
    crc integer not null,
    received_at integer not null,
    moved_at integer not null
  );
  `,
  `
  alter table versions add column strokes integer not null default 0;
  `,
  `
  create table finished (
    room text not null,
    id text not null,
    guest text not null,
    x integer not null,
    y integer not null,
    gap integer not null,
    picture_x integer not null,
    picture_y integer not null,
    picture blob not null,
    flats blob not null,
    crc integer not null,
    made_at integer not null,
    primary key (room, id)
  );
  `,
  `
  create table comments (
    room text not null,
    id text not null,
    thread text,
    guest text not null,
    x integer not null,
    y integer not null,
    text text not null,
    edited integer not null,
    resolved integer not null,
    made_at integer not null,
    primary key (room, id)
  );
  `,
  // A clock that is null was written by an earlier Nurie: nobody knows it.
  `
  alter table claims add column clock integer;
  alter table rooms add column changes integer not null default 0;
  ${['guests', 'finished', 'comments'].map(countingTriggers).join('')}
  `,
  // When a room was last used before this was noted nobody knows.
  `
  alter table rooms add column used_at integer not null default 0;
  update rooms set used_at = unixepoch() * 1000;
  alter table rooms add column archived_at integer;
  alter table rooms add column condemned_at integer;
  `,
]

/** Of the files this program writes. */
export const SCHEMA_VERSION = steps.length

/** Opens `file`, made when it is not there. Throws when it is newer than this program. */
export function openDatabase(file: string): SqliteDatabase {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('busy_timeout = 5000')
  // While somebody reads for long the WAL cannot begin anew; afterwards it need not stay as long as it grew.
  database.pragma('journal_size_limit = 16777216')
  const [{ user_version: version }] = database.pragma('user_version') as [{ user_version: number }]
  if (version > steps.length) throw new Error('the database was written by a newer Nurie')
  if (version < steps.length) {
    atomically(database, () => {
      for (const step of steps.slice(version)) database.exec(step)
      database.pragma(`user_version = ${steps.length}`)
    })
  }
  return database
}

/** Does all of `work` or nothing. */
export function atomically<T>(database: SqliteDatabase, work: () => T): T {
  database.exec('begin immediate')
  try {
    const value = work()
    database.exec('commit')
    return value
  } catch (error) {
    // A failed commit may have rolled back by itself already.
    if (database.inTransaction) database.exec('rollback')
    throw error
  }
}

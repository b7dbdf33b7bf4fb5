/** What is said about each room's page. */
import { atomically, type SqliteDatabase } from './sqliteSchema.ts'
import type { CommentRecord } from '../store.ts'

type CommentRow = Omit<CommentRecord, 'edited' | 'resolved'> & { edited: number; resolved: number }

export function commentCalls(database: SqliteDatabase) {
  const sql = {
    put: database.prepare(
      `insert into comments (room, id, thread, guest, x, y, text, edited, resolved, made_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        on conflict do update set text = excluded.text, edited = excluded.edited, resolved = excluded.resolved`,
    ),
    remove: database.prepare('delete from comments where room = :room and (id = :id or thread = :id)'),
    all: database.prepare(
      `select id, thread as "on", guest, x, y, text, edited, resolved, made_at as at from comments
        where room = ? order by made_at, rowid`,
    ),
  }
  return {
    putComment(room: string, { id, on, guest, x, y, text, edited, resolved, at }: CommentRecord) {
      sql.put.run(room, id, on, guest, x, y, text, Number(edited), Number(resolved), at)
    },
    removeComment(room: string, id: string) {
      atomically(database, () => sql.remove.run({ room, id }))
    },
    comments: (room: string): CommentRecord[] =>
      (sql.all.all(room) as CommentRow[]).map((row) => ({
        ...row,
        edited: row.edited === 1,
        resolved: row.resolved === 1,
      })),
  }
}

/** What is said about each room's page. */
import type { CommentRecord } from '../store.ts'
import type { Pool, Sql } from './pool.ts'

export async function insertComment(sql: Sql, room: string, comment: CommentRecord): Promise<void> {
  const { id, on, guest, x, y, text, edited, resolved, at } = comment
  await sql(
    `with room as (update rooms set changes = changes + 1 where id = $1 returning id)
      insert into comments (room, id, thread, guest, x, y, text, edited, resolved, made_at)
      select room.id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from room
      on conflict (room, id) do update set text = excluded.text, edited = excluded.edited, resolved = excluded.resolved`,
    [room, id, on, guest, x, y, text, edited, resolved, at],
  )
}

export function commentCalls({ sql }: Pool) {
  return {
    putComment: (room: string, comment: CommentRecord) => insertComment(sql, room, comment),
    async removeComment(room: string, id: string) {
      await sql(
        `with room as (update rooms set changes = changes + 1 where id = $1
            and exists (select from comments where room = $1 and (id = $2 or thread = $2)) returning id)
          delete from comments using room where comments.room = $1 and (comments.id = $2 or comments.thread = $2)`,
        [room, id],
      )
    },
    comments: (room: string) =>
      sql<CommentRecord>(
        `select id, thread as "on", guest, x, y, text, edited, resolved, made_at as at from comments
          where room = $1 order by made_at, nr`,
        [room],
      ),
  }
}

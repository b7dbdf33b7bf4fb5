/** The finished regions of each room, with their pictures. */
import { crc32 } from 'node:zlib'
import type { FinishedRecord } from '../store.ts'
import type { Pool, Sql } from './pool.ts'

type FinishedRow = Omit<FinishedRecord, 'picture' | 'flats'> & { picture: Buffer; flats: Buffer; crc: number }

/** Of both pictures. */
const sumOf = (picture: Uint8Array, flats: Uint8Array) => crc32(flats, crc32(picture))

export async function insertFinished(sql: Sql, room: string, region: FinishedRecord): Promise<void> {
  const { id, guest, x, y, gap, left, top, picture, flats, at } = region
  await sql(
    `with room as (update rooms set changes = changes + 1 where id = $1 returning id)
      insert into finished (room, id, guest, x, y, gap, picture_x, picture_y, picture, flats, crc, made_at)
      select room.id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from room`,
    [room, id, guest, x, y, gap, left, top, picture, flats, sumOf(picture, flats), at],
  )
}

export function finishedCalls({ sql }: Pool) {
  return {
    addFinished: (room: string, region: FinishedRecord) => insertFinished(sql, room, region),
    async removeFinished(room: string, id: string) {
      await sql(
        `with room as (update rooms set changes = changes + 1 where id = $1
            and exists (select from finished where room = $1 and id = $2) returning id)
          delete from finished using room where finished.room = room.id and finished.id = $2`,
        [room, id],
      )
    },
    async finished(room: string): Promise<FinishedRecord[]> {
      const rows = await sql<FinishedRow>(
        `select id, guest, x, y, gap, picture_x as "left", picture_y as "top", picture, flats, crc, made_at as at
          from finished where room = $1 order by made_at, nr`,
        [room],
      )
      return rows.flatMap(({ crc, ...row }) =>
        sumOf(row.picture, row.flats) === crc
          ? [{ ...row, picture: new Uint8Array(row.picture), flats: new Uint8Array(row.flats) }]
          : [],
      )
    },
  }
}

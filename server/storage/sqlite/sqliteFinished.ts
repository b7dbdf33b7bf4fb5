/** The finished regions of each room, with their pictures. */
import { crc32 } from 'node:zlib'
import type { SqliteDatabase } from './sqliteSchema.ts'
import type { FinishedRecord } from '../store.ts'

type FinishedRow = Omit<FinishedRecord, 'picture' | 'flats'> & {
  picture: ArrayBuffer
  flats: ArrayBuffer
  crc: number
}

/** Of both pictures. */
const sumOf = (picture: Uint8Array, flats: Uint8Array) => crc32(flats, crc32(picture))

export function finishedCalls(database: SqliteDatabase) {
  const sql = {
    add: database.prepare(
      `insert into finished (room, id, guest, x, y, gap, picture_x, picture_y, picture, flats, crc, made_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    remove: database.prepare('delete from finished where room = ? and id = ?'),
    all: database.prepare(
      `select id, guest, x, y, gap, picture_x as "left", picture_y as "top", picture, flats, crc, made_at as at
        from finished where room = ? order by made_at, rowid`,
    ),
  }
  return {
    addFinished(room: string, region: FinishedRecord) {
      const { id, guest, x, y, gap, left, top, picture, flats, at } = region
      sql.add.run(room, id, guest, x, y, gap, left, top, picture, flats, sumOf(picture, flats), at)
    },
    removeFinished(room: string, id: string) {
      sql.remove.run(room, id)
    },
    finished(room: string): FinishedRecord[] {
      return (sql.all.all(room) as FinishedRow[]).flatMap(({ crc, ...row }) => {
        const picture = new Uint8Array(row.picture)
        const flats = new Uint8Array(row.flats)
        return sumOf(picture, flats) === crc ? [{ ...row, picture, flats }] : []
      })
    },
  }
}

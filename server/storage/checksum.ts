/**
 * The sums beside stored bytes: of the bytes, and of the room and the number they belong to, so that a row found in another's
 * place is noticed too. Files of the first version have them of the bytes alone.
 */
import { crc32 } from 'node:zlib'

export const sumOf = (room: string, seq: number, bytes: Uint8Array) => crc32(bytes, crc32(`${room} ${seq}`))

export const isIntact = (room: string, seq: number, bytes: Uint8Array, sum: number) =>
  sumOf(room, seq, bytes) === sum || crc32(bytes) === sum

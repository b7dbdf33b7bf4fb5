/** A room as the bytes of a .nurie file, straight from the store: whoever opens it gets a room of their own, with everything in it. */
import { readFile } from 'node:fs/promises'
import { limits } from '../../shared/limits.ts'
import { cleanText } from '../rooms/guestName.ts'
import { pageOf } from '../retention/retention.ts'
import type { Store } from '../storage/store.ts'
import { nurieOf } from '../wholeRoom/nurieOf.ts'
import { readWhole } from '../wholeRoom/readWhole.ts'
import { pageOf as settingsOf } from '../../shared/strokes.ts'
import { documentOf } from './roomList.ts'

export async function wholeFile(
  store: Store,
  room: string,
): Promise<{ bytes: Uint8Array; lacks?: 'making' }> {
  const record = (await store.findRoom(room))!
  const [page, guests] = [await pageOf(store, room), await store.guests(room)]
  const title = settingsOf(await documentOf(store, room)).get('title')
  const whole = await readWhole(store, {
    id: room,
    info: () => ({
      ...record,
      title: cleanText(typeof title === 'string' ? title : '', limits.titleLength) || record.title,
      revision: 0,
    }),
    snapshot: () => Promise.resolve(page),
    roster: { guests: () => guests },
  })
  return nurieOf(whole, await version())
}

export async function version(): Promise<string> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

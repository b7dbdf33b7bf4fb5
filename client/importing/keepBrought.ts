/** What came with the picture of a new room: kept on this device until the room is entered, the picture itself beside its page for good. */
import { t } from '../i18n/i18n.ts'
import { rememberRoom } from '../keyring.ts'
import type { Brought } from './bringPicture.ts'

export async function keepBrought(room: string, { reference, colors }: Brought, title = ''): Promise<void> {
  if (colors) rememberRoom(room, { colors })
  if (!reference) return
  const [{ openReferenceStore }, { newStrokeId }] = await Promise.all([
    import('../referenceStore.ts'),
    import('../canvas/paint.ts'),
  ])
  const store = await openReferenceStore(room)
  const name = title || t('importing.reference')
  // Where the browser keeps nothing the page is there all the same.
  await store?.put({ id: newStrokeId(), name, picture: reference, at: Date.now() }).catch(() => undefined)
  store?.close()
}

/** Pictures on the clipboard. Over plain HTTP, but for this machine itself, browsers have none. */
export const canCopyPictures = (): boolean =>
  typeof ClipboardItem === 'function' && typeof navigator.clipboard?.write === 'function'

/**
 * To be called at once when somebody asks for it, with the picture (PNG) still on its way: Safari and Firefox take nothing that begins
 * later. Rejects as the picture does, or when the browser does not allow it.
 */
export async function copyPicture(png: Promise<Blob>): Promise<void> {
  await navigator.clipboard
    .write([new ClipboardItem({ 'image/png': png })])
    .catch(async (refused: unknown) => {
      // Why there is no picture says more than that nothing was copied.
      await png
      throw refused
    })
}

/** Handing a file to another app of the device. Desktops save and copy; where fingers paint, sharing is how files go on. */
export function canShareFiles(): boolean {
  if (typeof navigator.canShare !== 'function' || !matchMedia('(pointer: coarse)').matches) return false
  return navigator.canShare({ files: [new File([''], 'page.png', { type: 'image/png' })] })
}

/** Whether it was shared, or the person thought better of it; false when the press that asked for it is too long ago. */
export async function shareFile(file: File): Promise<boolean> {
  try {
    await navigator.share({ files: [file] })
    return true
  } catch (problem) {
    if ((problem as Error).name === 'AbortError') return true
    if ((problem as Error).name === 'NotAllowedError') return false
    throw problem
  }
}

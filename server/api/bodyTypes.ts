/** The types a body of bytes may say it is. What it really is, its bytes tell (files/fileKind.ts). */
import { limits } from '../../shared/limits.ts'

export const pictureTypes = ['image/png', 'image/jpeg', 'image/webp'] as const
/** With layers, or a whole room: they may be larger. Photoshop's files have more than one name. */
export const fileTypes = [
  'image/vnd.adobe.photoshop',
  'application/x-photoshop',
  'application/photoshop',
  'image/x-photoshop',
  'image/openraster',
  'application/vnd.nurie',
] as const

export const isFileType = (contentType: string | undefined): boolean => {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  return fileTypes.some((each) => each === type)
}

/** Bytes of a body that says so of itself. */
export const mostBytes = (contentType: string | undefined): number =>
  isFileType(contentType) ? limits.fileBytes : limits.uploadBytes

/** What may be uploaded, checked before a byte is sent and told in the server's own words. */
import { limits } from '../shared/limits.ts'
import { problemOf } from './api/api.ts'

export const acceptedPictures = 'image/png,image/jpeg,image/webp'

/** The picture's type by its first bytes, whatever its name says; a `Problem` when Nurie does not take it. */
export async function checkPicture(file: Blob): Promise<string> {
  const type = pictureType(new Uint8Array(await file.slice(0, 12).arrayBuffer()))
  if (!type) throw problemOf('not-an-image')
  if (file.size > limits.uploadBytes) throw problemOf('image-too-large')
  return type
}

/** By magic bytes: PNG, JPEG, or WebP in its RIFF container. */
export function pictureType(bytes: Uint8Array): string | null {
  const starts = (at: number, ...expected: number[]) => expected.every((byte, i) => bytes[at + i] === byte)
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (starts(0, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return 'image/webp'
  return null
}

/** A page's title from a file's name: without its ending, underscores as spaces; nothing when the name says nothing. */
export function titleOf(fileName: string): string {
  const words = fileName
    .replace(/\.[a-z]{2,5}$/i, '')
    .replace(/[_\s]+/g, ' ')
    .trim()
  return /^(image|img|dsc|pxl|screenshot|untitled|unnamed)?[\s\d.()-]*$/i.test(words)
    ? ''
    : words.slice(0, limits.titleLength)
}

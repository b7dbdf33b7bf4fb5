import { expect, test } from 'vitest'
import { limits } from '../shared/limits.ts'
import { refusals } from '../shared/protocol.ts'
import { zip } from '../files/zip.ts'
import { layeredFile } from './layeredFile.ts'

const archive = (type: string) =>
  new Blob([Buffer.from(zip([{ name: 'mimetype', bytes: new TextEncoder().encode(type), stored: true }]))])

test('I15 layered drawings and whole rooms are known by their first bytes, and go to the server as what they are', async () => {
  expect(await layeredFile(new Blob(['8BPS\0\x01']))).toEqual({
    type: 'image/vnd.adobe.photoshop',
  })
  expect(await layeredFile(archive('image/openraster'))).toEqual({ type: 'image/openraster' })
  expect(await layeredFile(archive('application/vnd.nurie'))).toEqual({
    type: 'application/vnd.nurie',
  })
  for (const other of [archive('application/epub+zip'), new Blob([]), new Blob(['\x89PNG\r\n\x1a\n'])])
    expect(await layeredFile(other)).toBeNull()
  const large = new Blob(['8BPS', new Uint8Array(limits.fileBytes)])
  await expect(layeredFile(large)).rejects.toThrow(refusals['file-too-large'][1])
})

import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { plainLook } from '../../shared/pageSettings.ts'
import { encodeGreyPng } from '../../files/image.ts'
import type { ExportJob } from './exportProcess.ts'
import { openExports } from './exports.ts'

const flats = { width: 8, height: 8, rgb: new Uint8Array(3 * 8 * 8).fill(90) }
const jobOf = async (line?: Uint8Array): Promise<ExportJob> => ({
  format: 'flats',
  line: line ?? (await encodeGreyPng({ width: 40, height: 30, grey: new Uint8Array(1200).fill(255) })),
  look: plainLook,
  flats,
})
const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('nurie-export-'))

it('X14 an export that fails or hangs costs that one file, and none has a name on the disk', async () => {
  const before = left()
  const hanging = openExports({ jobMs: 1 })
  await expect(hanging.make(await jobOf())).rejects.toThrow('SIGKILL')
  await hanging.close()
  const exports = openExports()
  await expect(exports.make(await jobOf(Buffer.from('no picture')))).rejects.toThrow('This is not')
  const { bytes, stream } = await exports.make(await jobOf())
  expect(left()).toEqual(before)
  const file = await buffer(stream)
  expect(file.length).toBe(bytes)
  expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 40, height: 30 })
  await exports.close()
})

it('X14 what is not taken away in time, or when the server closes, is let go', async () => {
  const slow = openExports({ readMs: 0 })
  const { stream } = await slow.make(await jobOf())
  await new Promise((resolve) => stream.once('close', resolve))
  const exports = openExports()
  const other = await exports.make(await jobOf())
  await Promise.all([new Promise((resolve) => other.stream.once('close', resolve)), exports.close()])
  await slow.close()
})

it('X14 so many exports wait and no more', async () => {
  const exports = openExports({ jobMs: 1 })
  const job = await jobOf()
  const made = Array.from({ length: 10 }, () => exports.make(job).catch((error: Error) => error.message))
  expect(
    (await Promise.all(made)).filter((message) => typeof message === 'string' && message.includes('busy')),
  ).toHaveLength(1)
  await exports.close()
})

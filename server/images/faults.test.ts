import { afterAll, describe, expect, it } from 'vitest'
import { Refusal } from '../../shared/refusal.ts'
import { plainLook } from '../../shared/pageSettings.ts'
import { openImages } from './images.ts'

const warnings: object[] = []
const images = openImages({
  log: { warn: (fields) => void warnings.push(fields) },
  entry: new URL('./failingImages.fixture.ts', import.meta.url),
  jobMs: 5_000,
})
afterAll(() => images.close())

const open = (text: string, how = images) =>
  how.hints(Buffer.from(text), { width: 1, height: 1 }).then(
    (hints) => ('png' in hints ? Buffer.from(hints.png).toString() : 'no picture'),
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  )

describe('an image process that fails', () => {
  it('U5 one that hangs, dies or outgrows its memory costs the picture it was opening, once', async () => {
    const told = ['one', 'hang', 'two', 'crash', 'three', 'grow', 'four'].map((text) => open(text))
    expect(await Promise.all(told)).toEqual([
      'one',
      'image-timeout',
      'two',
      'broken-image',
      'three',
      'image-too-complex',
      'four',
    ])
    expect(warnings.map((fields) => (fields as { code: string }).code)).toEqual([
      'image-timeout',
      'broken-image',
      'image-too-complex',
    ])
  })

  it('U5 what ends it at a picture of our own is no refusal but a fault', async () => {
    const layer = { width: 1, height: 1, rgb: new Uint8Array(3) }
    await expect(images.composite({ png: Buffer.from('crash') }, layer, plainLook)).rejects.toThrow(/SIGSEGV/)
    expect(await open('and on')).toBe('and on')
  })

  it('U6 so many wait and no more; places come free again', async () => {
    const own = openImages({
      log: { warn: () => {} },
      entry: new URL('./failingImages.fixture.ts', import.meta.url),
      jobMs: 5_000,
    })
    const running = open('wait', own)
    const waiting = Array.from({ length: 32 }, (_, i) => open(`${i}`, own))
    expect(await open('one more', own)).toBe('too-busy')
    expect(await running).toBe('image-timeout')
    expect(await Promise.all(waiting)).toEqual(Array.from({ length: 32 }, (_, i) => `${i}`))
    expect(await open('again', own)).toBe('again')
    await own.close()
  })
})

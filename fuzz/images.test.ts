import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { scanBomb, textBomb, withChunks } from '../files/hostilePictures.fixture.ts'
import { openImages, type Images } from '../server/images/images.ts'
import { Refusal } from '../shared/refusal.ts'
import { campaign, campaignMs, corpus, keeping, mutated } from './campaign.fixture.ts'

let images: Images
beforeAll(() => {
  images = openImages({ log: { warn: () => {} } })
})
afterAll(() => images.close())

const outcomes = { taken: 0, refused: 0 }

/** Whatever bytes: a picture, or a refusal with a code; and the next picture goes on. */
const check = keeping('images', async (bytes) => {
  for (const open of [
    () => images.lineArt(bytes),
    () => images.sketch(bytes),
    () => images.hints(bytes, { width: 64, height: 64 }),
    () => images.palette(bytes),
  ]) {
    try {
      await open()
      outcomes.taken++
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      outcomes.refused++
    }
  }
})

const picture = () =>
  sharp({
    create: {
      width: 60,
      height: 40,
      channels: 4,
      background: '#ff880080',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })

it('Z5 pictures: every case of the corpus', async () => {
  for (const { bytes } of corpus('images')) await check(bytes)
})

it(
  'Z5 pictures: changed bytes of PNG, JPEG and WebP give a picture or a refusal, and the process goes on or is replaced',
  async () => {
    const png = await picture()
      .withExif({ IFD0: { Copyright: 'x' } })
      .png()
      .toBuffer()
    const sound = [
      png,
      await picture().png({ palette: true, progressive: true }).toBuffer(),
      await picture().toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
      withChunks(png, textBomb('zTXt', 1)),
      await picture().flatten().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      await picture().flatten().jpeg({ progressive: true, mozjpeg: true }).toBuffer(),
      await picture().flatten().toColourspace('cmyk').jpeg().toBuffer(),
      await scanBomb(16, 30),
      await picture().webp().toBuffer(),
      await picture().webp({ lossless: true }).toBuffer(),
    ]
    await campaign(120, mutated(sound), check)
    expect(Math.min(outcomes.taken, outcomes.refused)).toBeGreaterThan(10)
    expect((await images.lineArt(png)).width).toBe(60)
  },
  campaignMs,
)

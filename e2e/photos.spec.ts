/** Real drawings on their way in: photos, colored pictures, and the rooms this device was in. */
import { readFile } from 'node:fs/promises'
import { expect } from '@playwright/test'
import sharp from 'sharp'
import { decodeSketch } from '../files/image.ts'
import { phonePhoto } from '../models/evaluation/phonePhoto.fixture.ts'
import { isRefined, test } from './nurie.fixture.ts'

const sample = (file: string) => readFile(new URL(`../server/samples/${file}`, import.meta.url))
const pages = (url: string) => url.includes('/r/')

test('L16 a photo of a drawing is shown before and after, and its cleaned page becomes the room', async ({
  page,
  server,
}) => {
  const { jpeg } = await phonePhoto(await decodeSketch(await sample('cats.png')), { seed: 3, side: 800 })
  await page.goto(server.url)
  const bring = () =>
    page
      .getByLabel('Drawing file')
      .setInputFiles({ name: 'two cats.jpg', mimeType: 'image/jpeg', buffer: jpeg })
  await bring()
  const dialog = page.getByRole('dialog', { name: 'Clean up this drawing?' })
  await expect(dialog.getByRole('button', { name: 'Use cleaned' })).toBeEnabled()
  // By keys: the border, then how strong; the picture follows.
  await page.keyboard.press('Tab')
  await expect(dialog.getByRole('slider', { name: 'Before and after' })).toBeFocused()
  await page.keyboard.press('Home')
  await expect(dialog.getByRole('slider', { name: 'Before and after' })).toHaveValue('0')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowRight')
  await expect(dialog.getByRole('slider', { name: 'Strength' })).toHaveValue('55')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  expect(pages(page.url())).toBe(false)
  await expect(page.getByRole('button', { name: 'Choose a drawing' })).toBeEnabled()

  await bring()
  await dialog.getByRole('button', { name: 'Use cleaned' }).click()
  await isRefined(page)
  await expect(page).toHaveTitle(/two cats/)
  // Paper that lay in the shadow of a hand is white.
  const sheet = (await page.locator('.sheet').boundingBox())!
  const clip = {
    x: Math.round(sheet.x + sheet.width - 12),
    y: Math.round(sheet.y + sheet.height * 0.7),
    width: 1,
    height: 1,
  }
  const { data } = await sharp(await page.screenshot({ clip }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(Math.min(...data)).toBeGreaterThan(235)
})

test('L13 a colored picture gives its lines, its colors to the page, and stays beside it', async ({
  page,
  server,
}) => {
  await page.goto(server.url)
  await page
    .getByLabel('Drawing file')
    .setInputFiles({ name: 'turkey.webp', mimeType: 'image/webp', buffer: await sample('turkey.webp') })
  const dialog = page.getByRole('dialog', { name: 'Take the lines of this picture?' })
  await dialog.getByRole('button', { name: 'Lines and colors' }).click()
  await isRefined(page)
  await expect(page.getByRole('region', { name: 'Reference' }).getByText('turkey')).toBeVisible()
  await page
    .getByRole('button', { name: /^(Palette|Page colors)/ })
    .first()
    .click()
  await expect(page.getByRole('button', { name: /orange|amber|gold|apricot|yellow/i }).first()).toBeVisible()
})

test('L17 a room of this device is on the start page with its picture, opens again, and can be taken off', async ({
  page,
  server,
}) => {
  await page.goto(server.url)
  await expect(page.getByRole('heading', { name: 'Your recent pages' })).toBeHidden()
  await page.getByRole('button', { name: /fairy godmother/i }).click()
  await isRefined(page)
  const room = page.url()
  await page.goBack()
  const recent = page.getByRole('region', { name: 'Your recent pages' })
  await expect(recent.getByRole('link', { name: 'Open Fairy godmother' })).toBeVisible()
  const size = await recent
    .locator('img')
    .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalHeight))
  expect(size).toBe(360)
  await recent.getByRole('link').click()
  await isRefined(page)
  expect(page.url()).toBe(room)
  await page.goBack()
  await recent.getByRole('button', { name: 'Remove Fairy godmother from this list' }).click()
  await expect(recent).toBeHidden()
  await page.reload()
  await expect(page.getByRole('button', { name: /fairy godmother/i })).toBeVisible()
  await expect(recent).toBeHidden()
})

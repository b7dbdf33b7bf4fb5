import { readFile } from 'node:fs/promises'
import { expect, type Browser, type Page } from '@playwright/test'
import { names } from '../client/i18n/names.fixture.ts'
import { drawingFile, test } from './nurie.fixture.ts'

type Texts = Record<string, Record<string, string>>

/** The page's texts of an area, as its language has them. */
const textsOf = async (language: string, area: string) =>
  (
    JSON.parse(
      await readFile(new URL(`../client/i18n/${language}/${area}.json`, import.meta.url), 'utf8'),
    ) as Texts
  )[area]!

/** What stands on a page in any language: names, sizes, links. */
const anywhere = new RegExp(`${names.source}|\\bpx\\b|https?:\\S+`, 'gi')

/** All that is read or heard of the page: texts and what stands for a picture or a button, without those that say which language they are. */
const heard = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const told = ['aria-label', 'aria-description', 'aria-valuetext', 'title', 'placeholder', 'alt']
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      if (element.closest('[lang]') !== document.documentElement || !element.checkVisibility()) return []
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
      const texts = [
        ...own.map((node) => node.textContent),
        ...told.map((name) => element.getAttribute(name)),
      ]
      return texts.filter((text) => text !== null && text.trim() !== '') as string[]
    })
  })

/** Texts with words in Latin letters that nobody wrote into the page. */
async function englishOn(page: Page, written: readonly string[]): Promise<string[]> {
  const left = (await heard(page)).filter((text) => {
    const rest = written.reduce((all, own) => all.replaceAll(own, ''), text).replace(anywhere, '')
    return /[A-Za-z]{2}/.test(rest)
  })
  return [...new Set(left)]
}

async function visit(browser: Browser, locale: string) {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } })
  return { page: await context.newPage(), close: () => context.close() }
}

for (const language of ['ja', 'zh-TW']) {
  test(`J9 the start page, a room and its panels are in the language of the browser, and nothing else (${language})`, async ({
    browser,
    server,
  }) => {
    test.setTimeout(120_000)
    const { page, close } = await visit(browser, language)
    const samples = (await (await fetch(`${server.url}/api/samples`)).json()) as Record<string, string>[]
    const written = samples.flatMap(({ artist, licence }) => [artist!, licence!])

    await page.goto(server.url)
    await page.locator('.gallery').getByRole('button').first().waitFor()
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    expect(await englishOn(page, written), 'on the start page').toEqual([])

    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: '1.png', mimeType: 'image/png', buffer: await drawingFile() })
    await page.locator('canvas[data-ready]').waitFor()
    const [app, people, comments, history, share, look, color, shortcuts, reference, exporting] =
      await Promise.all(
        [
          'app',
          'people',
          'comments',
          'history',
          'share',
          'look',
          'color',
          'shortcuts',
          'reference',
          'exporting',
        ].map((area) => textsOf(language, area)),
      )
    const button = (name: string | RegExp) => page.getByRole('button', { name }).first()
    await button(new RegExp(`^${people!['name']}`)).click()
    written.push(await page.getByRole('textbox', { name: people!['yourName']! }).inputValue())
    expect(await englishOn(page, written), 'with people').toEqual([])
    await page.keyboard.press('Escape')

    const { react } = people as unknown as { react: { name: string } }
    const { page: pageColors } = color as unknown as { page: { name: string } }
    const panels = [
      react.name,
      comments!['title']!,
      history!['title']!,
      share!['name']!,
      look!['layers']!,
      pageColors.name,
      app!['appearanceAndLanguage']!,
      shortcuts!['title']!,
      exporting!['export']!,
    ]
    for (const name of panels) {
      await button(new RegExp(`^${name}`)).click()
      await page.locator('[role=dialog], [role=menu], aside').first().waitFor()
      expect(await englishOn(page, written), `with ${name}`).toEqual([])
      await page.keyboard.press('Escape')
    }
    await page.locator('.color-picker, [aria-label*="#"]').first().click()
    expect(await englishOn(page, written), 'with the color').toEqual([])
    await page.keyboard.press('Escape')
    for (const key of ['e', 'f', 'i', 'l', 'c', 'p']) {
      await page.keyboard.press(key)
      expect(await englishOn(page, written), `with the tool of ${key}`).toEqual([])
    }
    await page
      .getByLabel(reference!['file']!)
      .setInputFiles({ name: '2.png', mimeType: 'image/png', buffer: await drawingFile() })
    await page.getByRole('region', { name: reference!['name']! }).getByRole('img').waitFor()
    expect(await englishOn(page, written), 'with a reference').toEqual([])

    await page.goto(`${server.url}/r/${'a'.repeat(22)}#${'b'.repeat(22)}`)
    await page.getByRole('alert').waitFor()
    expect(await englishOn(page, written), 'where there is no room').toEqual([])
    await close()
  })
}

test('J9 another language is chosen in the menu: at once, and over a reload', async ({ browser, server }) => {
  const { page, close } = await visit(browser, 'de-AT')
  await page.goto(server.url)
  const german = await textsOf('de', 'start')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(german['title']!)
  await page.getByRole('button', { name: (await textsOf('de', 'app'))['appearanceAndLanguage']! }).click()
  await page.getByRole('menuitemradio', { name: '日本語' }).click()
  const japanese = await textsOf('ja', 'start')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(japanese['title']!)
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja')
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(japanese['title']!)
  await expect(page.locator('html')).toHaveAttribute('lang', 'ja')
  await close()
})

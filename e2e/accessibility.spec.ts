import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { drawingFile, isRefined, openDrawing, test } from './nurie.fixture.ts'
import { textsIn } from './words.fixture.ts'

/** What assistive tools and people with weak eyes would stumble over, by rule and place. */
async function faults(page: Page, without: readonly string[] = []): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // Open menus hang at the end of the body, outside every landmark.
    .disableRules(['region', ...without])
    .analyze()
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

type Text = (key: string) => string

/** Buttons of a room, by what they are called, that open something; Escape closes it. */
const openers = [
  'people.name',
  'people.react.name',
  'comments.title',
  'app.appearanceAndLanguage',
  'share.name',
  'color.held',
  'color.page.name',
  'look.layers',
  'shortcuts.title',
]

/** Goes through everything there is to see, from the start page to where nobody gets, and looks at each. */
async function walk(page: Page, url: string, t: Text, look: (where: string) => Promise<void>): Promise<void> {
  const button = (key: string) =>
    page
      .getByRole('button', { name: new RegExp(`^${t(key).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}`) })
      .first()
  await page.goto(url)
  await page.locator('.gallery button').first().waitFor()
  await look('the start page')
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'boxes.png', mimeType: 'image/png', buffer: await drawingFile() })
  await page.locator('canvas[data-ready]').waitFor()
  const room = page.url()
  await look('a room')
  for (const key of openers) {
    await button(key).click()
    await look(key)
    await page.keyboard.press('Escape')
  }
  await page
    .getByRole('button', { name: /^(Export|書き出し|匯出)/ })
    .first()
    .click()
  await look('exports')
  await page.keyboard.press('Escape')
  await button('history.title').click()
  await button('history.keepThis').click()
  await page.locator('button.version').first().waitFor()
  await look('history')
  await page.locator('button.version').first().click()
  await page.getByRole('dialog').waitFor()
  await look('a version')
  await page.keyboard.press('Escape')
  await button('history.replay').click()
  await page.getByRole('dialog').waitFor()
  await look('the replay')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await button('look.compare').click()
  await look('comparing')
  await button('look.compare').click()
  for (const key of ['e', 'f', 'i', 'l', 'c']) {
    await page.keyboard.press(key)
    await look(`the tool of ${key}`)
  }
  await page
    .getByLabel(t('reference.file'))
    .setInputFiles({ name: 'boxes.png', mimeType: 'image/png', buffer: await drawingFile() })
  await page
    .getByRole('region', { name: t('reference.name') })
    .getByRole('img')
    .waitFor()
  await look('a reference')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(room)
  await page.locator('canvas[data-ready]').waitFor()
  await look('a room on a phone')
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.route('**/sessions', (route) => route.abort())
  await page.goto(`${url}/r/${'b'.repeat(22)}#key`)
  await page.getByRole('alert').waitFor()
  await look('out of reach')
  await page.unroute('**/sessions')
  await page.goto(`${url}/r/${'a'.repeat(22)}#key`)
  await page.getByRole('alert').waitFor()
  await look('no such room')
  await page.addInitScript(() => Object.assign(globalThis, { OffscreenCanvas: undefined }))
  await page.goto(url)
  await page.getByRole('alert').waitFor()
  await look('an old browser')
}

// In each theme everything in English; what languages change (names, not colors) in one more. That a name holds what is seen axe tells by
// the spaces between words, which these do without.
for (const [colorScheme, language] of [
  ['light', 'ja'],
  ['dark', 'zh-TW'],
] as const) {
  test(`O9 nothing on any view is in the way of assistive tools (${colorScheme}, en and ${language})`, async ({
    browser,
    server,
  }) => {
    test.setTimeout(480_000)
    for (const [locale, without] of [
      ['en', []],
      [language, ['color-contrast', 'label-content-name-mismatch']],
    ] as const) {
      const context = await browser.newContext({
        colorScheme,
        locale,
        viewport: { width: 1280, height: 800 },
      })
      const page = await context.newPage()
      const found: Record<string, string[]> = {}
      await walk(page, server.url, textsIn(locale), async (where) => {
        const all = await faults(page, without)
        if (all.length > 0) found[where] = all
      })
      expect(found, locale).toEqual({})
      await context.close()
    }
  })
}

test('O10 the start page and a room fit a page of 320 pixels, and nothing is cut off at the sides', async ({
  page,
  server,
}) => {
  await page.setViewportSize({ width: 320, height: 640 })
  const outside = () =>
    page.evaluate(() => {
      const wide = document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []
      const cut = [...document.querySelectorAll('button, a, input, h1, h2, p')].filter((each) => {
        const { left, right, width } = each.getBoundingClientRect()
        const scrolls =
          each.closest('.unseen') ?? [...ancestors(each)].find((at) => at.scrollWidth > at.clientWidth)
        return each.checkVisibility() && width > 1 && !scrolls && (left < -1 || right > innerWidth + 1)
      })
      function* ancestors(of: Element) {
        for (let at = of.parentElement; at && at !== document.body; at = at.parentElement)
          if (/auto|scroll/.test(getComputedStyle(at).overflowX)) yield at
      }
      return [...wide, ...cut.map((each) => each.getAttribute('aria-label') ?? each.textContent.trim())]
    })
  await page.goto(server.url)
  await page.locator('.gallery button').first().waitFor()
  expect(await outside(), 'the start page').toEqual([])
  await openDrawing(page, server.url)
  expect(await outside(), 'a room').toEqual([])
})

test('O11 everything but painting itself is done by keyboard alone; what has the focus shows it, and the focus comes back', async ({
  page,
  server,
}) => {
  await page.goto(server.url)
  await page.getByRole('button', { name: /songbird/i }).focus()
  await page.keyboard.press('Enter')
  await isRefined(page)
  await page.keyboard.press('e')
  await expect(page.getByRole('button', { name: 'Eraser' })).toHaveAttribute('aria-pressed', 'true')

  const layers = page.getByRole('button', { name: 'Layers' })
  await layers.focus()
  await page.keyboard.press('Enter')
  const opacity = page.getByRole('slider', { name: 'Hint opacity' })
  await opacity.focus()
  const before = Number(await opacity.inputValue().catch(() => opacity.getAttribute('aria-valuenow')))
  await page.keyboard.press('ArrowLeft')
  await expect
    .poll(async () => Number(await opacity.inputValue().catch(() => opacity.getAttribute('aria-valuenow'))))
    .toBeLessThan(before)
  await page.keyboard.press('Escape')
  await expect(opacity).toBeHidden()
  await expect(layers).toBeFocused()

  const share = page.getByRole('button', { name: 'Share' })
  await share.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Link to paint' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(share).toBeFocused()

  // From the first stop on, Tab reaches every button that can be pressed.
  const wanted = await page.evaluate(
    () =>
      [...document.querySelectorAll('button:not(:disabled)')].filter((each) => each.checkVisibility()).length,
  )
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  const seen = new Set<string>()
  for (let step = 0; step < 2 * wanted + 20; step++) {
    await page.keyboard.press('Tab')
    const unmarked = await page.evaluate(() => {
      const at = document.activeElement
      if (!at || at === document.body) return ''
      const { outlineStyle, outlineWidth } = getComputedStyle(at)
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
        ? ''
        : `${at.tagName} ${at.className} ${at.getAttribute('aria-label') ?? at.textContent}`
    })
    expect(unmarked, 'O11 has the focus, and nothing shows it').toBe('')
    seen.add(
      await page.evaluate(
        () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
      ),
    )
  }
  for (const name of ['Brush', 'Fill', 'Compare', 'Layers', 'Fit', 'History', 'Export', 'Share'])
    expect(
      [...seen].some((each) => each.includes(name)),
      name,
    ).toBe(true)
})

import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { isRefined, openDrawing, test } from './nurie.fixture.ts'

/** What assistive tools and people with weak eyes would stumble over, by rule and place. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
    // Open menus hang at the end of the body, outside every landmark.
    .disableRules(['region'])
    .analyze()
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${impact} ${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}

/** Opens each of a room's panels, looks, and closes it again. */
async function lookAtPanels(page: Page, names: readonly RegExp[]): Promise<void> {
  for (const name of names) {
    await page.getByRole('button', { name }).first().click()
    expect(await faults(page), `with ${name} open`).toEqual([])
    await page.keyboard.press('Escape')
  }
}

const panels = [
  /^People/,
  /^React$/,
  /^Comments/,
  /^History$/,
  /^Export$/,
  /^Share$/,
  /^Color: #/,
  /^Page colors$/,
  /^Layers$/,
  /^Keyboard shortcuts$/,
]

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing on the start page, in a room and in its panels is in the way of assistive tools (${colorScheme})`, async ({
    page,
    server,
  }) => {
    await page.emulateMedia({ colorScheme })
    await page.goto(server.url)
    await page.getByRole('button', { name: /songbird/i }).waitFor()
    expect(await faults(page), 'on the start page').toEqual([])
    await openDrawing(page, server.url)
    await lookAtPanels(page, panels)
    await page.getByRole('button', { name: 'Compare' }).click()
    expect(await faults(page), 'while comparing').toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await isRefined(page)
    expect(await faults(page), 'on a phone').toEqual([])
  })
}

test('everything but painting itself is done by keyboard alone, and the focus comes back', async ({
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

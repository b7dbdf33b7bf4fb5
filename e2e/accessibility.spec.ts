import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { isRefined, openDrawing, test } from './nurie.fixture.ts'

/** What assistive tools and people with weak eyes would stumble over, by rule and place. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'])
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

const panels = [/^People/, /^Share$/, /^Color: #/]

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
    await page.setViewportSize({ width: 390, height: 844 })
    await isRefined(page)
    expect(await faults(page), 'on a phone').toEqual([])
  })
}

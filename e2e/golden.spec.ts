import { expect, test } from '@playwright/test'
import { build } from 'vite'
import golden from '../shared/golden.json' with { type: 'json' }

/** The same module that Node runs, as one script for a page. */
async function bundled(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: new URL('../shared/golden.fixture.ts', import.meta.url).pathname,
        name: 'golden',
        formats: ['iife'],
      },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  if (!output || !('output' in output)) throw new Error('nothing was built')
  return output.output[0].code
}

test('H3 Chromium rasterizes and floods the same bytes as Node', async ({ page }) => {
  await page.addScriptTag({ content: `${await bundled()}; globalThis.golden = golden` })
  const scenes = await page.evaluate(() =>
    (globalThis as unknown as { golden: { goldenScenes(): unknown } }).golden.goldenScenes(),
  )
  expect(scenes).toEqual(golden)
})

import { defineConfig } from '@playwright/test'
import { launchOptions } from '../bench/browser.ts'

/** One worker: the machine's cores belong to the networks. No retries: a flake is a bug. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../dist/e2e',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions,
    // Each test sees the server it started and no page kept from another; pwa.spec.ts lets them in.
    serviceWorkers: 'block',
  },
})

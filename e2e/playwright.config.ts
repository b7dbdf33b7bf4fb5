import { defineConfig } from '@playwright/test'
import { launchOptions } from '../bench/browser.ts'

/** Two files at a time, each on a server of its own: the rest of the machine belongs to the networks. No retries: a flake is a bug. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../dist/e2e',
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    launchOptions,
  },
})

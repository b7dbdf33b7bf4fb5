import { defineConfig } from 'vitest/config'
import { softwareVulkan } from './softwareVulkan.ts'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['{shared,server,models,client,bench,fuzz}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: softwareVulkan(),
  },
})

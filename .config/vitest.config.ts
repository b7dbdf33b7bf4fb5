import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { softwareVulkan } from './softwareVulkan.ts'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: ['{shared,server,models,files,client,bench,fuzz,examples,deploy}/**/*.test.ts'],
    // Many tests wait for servers and child processes: a core is not kept free.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The tests' own time limit is the one that counts, also on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    env: softwareVulkan(),
  },
})

import { expect, it } from 'vitest'
import { readConfig } from './config.ts'

it('W5 without settings everything has its default', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', data: './data', origins: [], engine: 'auto' })
  expect(config.threads).toBeGreaterThan(0)
  expect(config.limits).toMatchObject({ strokes: 20_000, points: 2_000, editors: 30, idleSeconds: 60 })
  expect(config).not.toHaveProperty('secret')
})

it('W5 settings are read; an empty one is not set', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '',
    NURIE_ORIGINS: 'https://a.example, http://b.example:8080/',
    NURIE_LIMIT_STROKES: '5',
    NURIE_DATABASE_URL: '',
    NURIE_ENGINE: 'webgpu',
  })
  expect(config).toMatchObject({ port: 0, host: '127.0.0.1', engine: 'webgpu' })
  expect(config.origins).toEqual(['https://a.example', 'http://b.example:8080'])
  expect(config.limits.strokes).toBe(5)
})

it('W5 every fault is reported at once', () => {
  const wrong = {
    PORT: 'eighty',
    NURIE_ENGINE: 'magic',
    NURIE_SECRET: 'short',
    NURIE_ORIGINS: 'example.org',
    NURIE_LIMIT_POINTS: '-1',
    NURIE_LIMIT_DISK_ROOMS: '80',
    NURIE_REDIS_URL: 'http://localhost',
    NURIE_LIMIT_STROKE: '5',
  }
  let message = ''
  try {
    readConfig(wrong)
  } catch (error) {
    message = (error as Error).message
  }
  for (const name of Object.keys(wrong)) expect(message).toContain(`${name}: `)
  expect(message).toContain('NURIE_DATABASE_URL: must be set too')
})

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../app.fixture.ts'

const SCRIPT = `export const text = '${'nurie '.repeat(200)}'`

let server: TestServer
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nurie-page-'))
  await mkdir(join(folder, 'assets'))
  const files = {
    'assets/app-1234.js': SCRIPT,
    'index.html': '<!doctype html>',
    'manifest.webmanifest': '{}',
  }
  for (const [file, text] of Object.entries(files)) {
    await writeFile(join(folder, file), text)
    await writeFile(join(folder, `${file}.br`), brotliCompressSync(text))
    await writeFile(join(folder, `${file}.gz`), gzipSync(text))
  }
  await writeFile(join(folder, 'serviceWorker.js'), SCRIPT)
  server = await startServer({}, { page: folder })
})

afterAll(async () => {
  await server.end()
  await rm(folder, { recursive: true })
})

/** What goes over the wire: `fetch` would unpack it. */
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, string | undefined>; body: Buffer }>(
    (resolve, reject) => {
      request(`${server.url}${path}`, { headers, method }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode!,
            headers: answer.headers as Record<string, string | undefined>,
            body: Buffer.concat(chunks),
          }),
        )
      })
        .on('error', reject)
        .end()
    },
  )

const APP = '/assets/app-1234.js'

describe('the page’s files', () => {
  it('O1 go out in the best encoding the browser takes, and plain to whoever takes none', async () => {
    const best = await get(APP, { 'accept-encoding': 'gzip, deflate, br' })
    expect(best.headers).toMatchObject({
      'content-encoding': 'br',
      vary: 'accept-encoding',
      'content-type': expect.stringContaining('javascript') as string,
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(brotliDecompressSync(best.body).toString()).toBe(SCRIPT)
    const gzip = await get(APP, { 'accept-encoding': 'gzip' })
    expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT)
    for (const headers of [{}, { 'accept-encoding': 'br;q=0, gzip;q=0' }] as Record<string, string>[]) {
      const plain = await get(APP, headers)
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.headers.vary).toBe('accept-encoding')
      expect(plain.body.toString()).toBe(SCRIPT)
    }
  })

  it('O1 each encoding has its own tag, which is answered with 304; HEAD tells the same', async () => {
    const encodings = ['br', 'gzip', 'identity']
    const tags = await Promise.all(
      encodings.map(async (encoding) => {
        const { headers } = await get(APP, { 'accept-encoding': encoding })
        const head = await get(APP, { 'accept-encoding': encoding }, 'HEAD')
        expect(head.headers).toMatchObject({
          etag: headers.etag,
          'content-length': headers['content-length'],
        })
        expect(head.body.length).toBe(0)
        const again = await get(APP, { 'accept-encoding': encoding, 'if-none-match': headers.etag! })
        expect([again.status, again.body.length]).toEqual([304, 0])
        return headers.etag
      }),
    )
    expect(new Set(tags).size).toBe(3)
  })

  it('O1 a part of a file is a part of what was sent before', async () => {
    const whole = await get(APP, { 'accept-encoding': 'br' })
    const part = await get(APP, { 'accept-encoding': 'br', range: 'bytes=0-9' })
    expect(part.status).toBe(206)
    expect(part.body).toEqual(whole.body.subarray(0, 10))
  })

  it('O1 the page itself is compressed too, for every room; answers of the interface never are', async () => {
    for (const path of ['/', '/r/some-room']) {
      const { headers, body } = await get(path, { 'accept-encoding': 'br' })
      expect(headers).toMatchObject({ 'content-encoding': 'br', 'cache-control': 'no-cache' })
      expect(headers['content-type']).toContain('text/html')
      expect(brotliDecompressSync(body).toString()).toBe('<!doctype html>')
    }
    for (const path of ['/api/samples', '/api/info']) {
      const { status, headers } = await get(path, { 'accept-encoding': 'gzip, br' })
      expect([status, headers['content-encoding']]).toEqual([200, undefined])
    }
  })

  it('O2 the service worker and the manifest are asked for anew each time, with types of their own', async () => {
    const worker = await get('/serviceWorker.js')
    expect(worker.headers).toMatchObject({ 'cache-control': 'no-cache' })
    expect(worker.headers['content-type']).toContain('javascript')
    const manifest = await get('/manifest.webmanifest', { 'accept-encoding': 'br' })
    expect(manifest.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-encoding': 'br' })
    expect(manifest.headers['content-type']).toContain('application/manifest+json')
  })
})

/**
 * A Vite plugin: beside every text file of the finished build it lays the file in Brotli and in gzip, as small as they come, for the
 * server to send as they are. What hardly shrinks (pictures, the smallest files) is left alone. Has to be the last plugin.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg|json|webmanifest|wasm)$/
const LEAST_BYTES = 500

const encodings = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gz: (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
}

export function precompressed(): Plugin {
  let folder = ''
  return {
    name: 'nurie:precompressed',
    apply: 'build',
    configResolved: ({ root, build }) => void (folder = join(root, build.outDir)),
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const files = await readdir(folder, { recursive: true })
        await Promise.all(files.filter((file) => TEXT.test(file)).map((file) => compress(join(folder, file))))
      },
    },
  }
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file)
  if (bytes.length < LEAST_BYTES) return
  for (const [ending, encode] of Object.entries(encodings)) {
    await writeFile(`${file}.${ending}`, await encode(bytes))
  }
}

/**
 * `npm run data [-- --permissive] [--out DIR] [--check]`: builds the training tiles from the pinned packages into
 * DIR/tiles, or checks a built set. Goes on where an earlier run ended; whatever goes wrong is one line and exit code 1.
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { attributionText } from './attribution.ts'
import { buildSet } from './buildSet.ts'
import { checkSet } from './checkSet.ts'
import { hireCrew } from './crew.ts'
import { allSources, isDiskFull } from './packages.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
const goOn = 'Run the same command again to go on.'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      permissive: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  })
  const out = path.resolve(values.out ?? path.join(here, 'cache'))
  const folder = path.join(out, 'tiles')
  if (values.check) {
    process.stdout.write(await checkSet(folder))
    return
  }
  const crew = hireCrew(availableParallelism())
  process.once('SIGINT', () => {
    crew.close()
    process.stderr.write(`\nInterrupted: the sources listed so far are whole. ${goOn}\n`)
    process.exit(130)
  })
  try {
    const packages = path.join(out, 'packages')
    const { permissive } = values
    const built = await buildSet({
      folder,
      packages,
      sources: allSources,
      permissive,
      crew,
      screen: process.stdout,
    })
    await writeFile(path.join(here, 'ATTRIBUTION.md'), attributionText(allSources))
    process.stdout.write(`${built.tiles} tiles; ${built.leftOut} near-duplicates across splits left out.\n`)
  } finally {
    crew.close()
  }
}

function sentenceOf(error: unknown): string {
  if (isDiskFull(error)) return `The disk is full: free a gigabyte or two. ${goOn}`
  return error instanceof Error ? error.message : String(error)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`\n${sentenceOf(error)}\n`)
  process.exitCode = 1
}

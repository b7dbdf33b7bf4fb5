/**
 * The command `npm run engine:tfjs -- cpu|gpu`: sets the real TensorFlow up for the `tfjs` engine, from npm and PyPI alone.
 *
 * What is done stays: a setup that was broken off goes on where it was, and one that is ready says so at once. Every download is held to
 * the checksum pinned in this folder. Ends with 0, or with 1 and why on stderr.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { progressBar } from '../../progressBar.ts'
import { READY, tfjsFolder, tfjsKinds, type TfjsKind } from '../tfjsFolder.ts'
import { buildAddon, installPackages } from './buildAddon.ts'
import { bytesOf } from './bytesOf.ts'
import { refusalOf, thisMachine } from './checkMachine.ts'
import { fetchWheel } from './fetchWheel.ts'
import { runTool } from './runTool.ts'
import { wheels, type Wheel } from './wheels.ts'

const sources = ['wheels.ts', 'buildAddon.ts', 'packages/package-lock.json']

/** Changes when another build would come of these sources. */
async function buildKey(kind: TfjsKind): Promise<string> {
  const hash = createHash('sha256').update(kind)
  for (const file of sources) hash.update(await readFile(new URL(file, import.meta.url)))
  return hash.digest('hex')
}

async function readyKey(folder: string): Promise<string | undefined> {
  const file = join(folder, READY)
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as { key: string }).key : undefined
}

/** Stands for a wheel of which all that is taken lies there. */
function stampOf(folder: string, wheel: Wheel): string {
  const hash = createHash('sha256').update(JSON.stringify(wheel)).digest('hex')
  return join(folder, 'site', `.${wheel.name}-${hash.slice(0, 16)}`)
}

async function fetchWheels(kind: TfjsKind, folder: string): Promise<void> {
  const missing = wheels[kind].filter((wheel) => !existsSync(stampOf(folder, wheel)))
  const megabytes = missing.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
  const bar = progressBar(Math.round(megabytes), 'MB', process.stdout)
  await mkdir(join(folder, 'site'), { recursive: true })
  for (const wheel of missing) {
    bar.note(`nurie: downloading ${wheel.name} ${wheel.version} (${Math.round(wheel.bytes / 1e6)} MB) ...`)
    const heard = (more: number) => bar.advance(more / 1e6, wheel.name)
    await fetchWheel(wheel, join(folder, 'site'), join(folder, 'download'), heard)
    await writeFile(stampOf(folder, wheel), '')
  }
  bar.end()
}

/** Runs both networks once in a process of its own: a library that does not fit ends the process. */
async function tryEngine(kind: TfjsKind): Promise<string> {
  const loader = new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url).href
  const script = fileURLToPath(new URL('tryTfjs.ts', import.meta.url))
  const threads = String(Math.min(4, availableParallelism()))
  return (await runTool(process.execPath, ['--import', loader, script, kind, threads])).trim()
}

async function setUp(kind: TfjsKind): Promise<void> {
  const folder = tfjsFolder(kind)
  const shown = relative(process.cwd(), folder)
  const key = await buildKey(kind)
  if ((await readyKey(folder)) === key) return say(`tfjs (${kind}) is ready in ${shown}`)
  await mkdir(folder, { recursive: true })
  const refusal = refusalOf(await thisMachine(folder), kind, await bytesOf(folder))
  if (refusal) throw new Error(refusal)
  await rm(join(folder, READY), { force: true })
  say(`1 of 4: packages from npm ...`)
  await installPackages(kind, folder)
  say(`2 of 4: libraries from PyPI ...`)
  await fetchWheels(kind, folder)
  say(`3 of 4: the addon ...`)
  await buildAddon(kind, folder)
  await writeFile(join(folder, READY), JSON.stringify({ key }))
  say(`4 of 4: a first picture ...`)
  try {
    say(`tfjs (${kind}) is ready in ${shown}: ${await tryEngine(kind)}`)
  } catch (error) {
    await rm(join(folder, READY), { force: true })
    throw error
  }
}

function say(line: string): void {
  process.stdout.write(`nurie: ${line}\n`)
}

const kind = tfjsKinds.find((one) => one === process.argv[2])
try {
  if (!kind || process.argv.length > 3) throw new Error('Say which one: npm run engine:tfjs -- cpu|gpu')
  await setUp(kind)
} catch (error) {
  process.stderr.write(`nurie: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

/**
 * The command `npm run color -- SKETCH [--hints HINTS.png] [--out OUT.png] [--stage draft|refined] [--size N] [--exact]`: one
 * picture colored without a server. Ends with 0, or with 1 and one clear line on stderr.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { stages, type Stage } from '../shared/protocol.ts'
import { underLines } from '../shared/upsampler.ts'
import { finalPass, finished } from './finalPass.ts'
import { decodeHints, decodeSketch, encodePng, refuseLargeUpload } from '../files/image.ts'
import { Refusal } from '../shared/refusal.ts'
import { readWeights } from './manifest.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { PageColoring } from './pageColoring.ts'

const usage =
  'npm run color -- SKETCH [--hints HINTS.png] [--out OUT.png] [--stage draft|refined] [--size N] [--exact]'
const SMALLEST_SIZE = 64
const LARGEST_SIZE = 2048

/** A fault of the command's user; the message is the line they read. */
class Fault extends Error {}

type Request = { sketch: string; hints?: string; out: string; stage: Stage; size?: number; exact: boolean }

function parseRequest(args: string[]): Request {
  const { values, positionals } = parse(args)
  const sketch = positionals[0]
  if (!sketch || positionals.length > 1) throw new Fault(`Name one picture: ${usage}`)
  const stage = values.stage ?? 'refined'
  if (!stages.includes(stage as Stage)) throw new Fault(`--stage is draft or refined, not ${stage}.`)
  const size = values.size === undefined ? undefined : Number(values.size)
  if (size !== undefined && !(Number.isInteger(size) && size >= SMALLEST_SIZE && size <= LARGEST_SIZE)) {
    throw new Fault(`--size is a whole number from ${SMALLEST_SIZE} to ${LARGEST_SIZE}, not ${values.size}.`)
  }
  return {
    sketch,
    out: values.out ?? `${sketch.replace(/\.[a-z]+$/i, '')}.colored.png`,
    stage: stage as Stage,
    exact: values.exact ?? false,
    ...(values.hints !== undefined && { hints: values.hints }),
    ...(size !== undefined && { size }),
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        hints: { type: 'string' },
        out: { type: 'string' },
        stage: { type: 'string' },
        size: { type: 'string' },
        exact: { type: 'boolean' },
      },
    })
  } catch (error) {
    throw new Fault(
      `${error instanceof Error ? error.message.split('. ')[0] : 'Unknown arguments'}. Use: ${usage}`,
    )
  }
}

async function readPicture<T>(path: string, decode: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new Fault(
      error.code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read (${error.code}).`,
    )
  })
  try {
    refuseLargeUpload(bytes)
    return await decode(bytes)
  } catch (error) {
    throw error instanceof Refusal ? new Fault(`${path}: ${error.message}`) : error
  }
}

/** Writes beside the target first, so that a full disk leaves no half picture. */
async function writePicture(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`
  try {
    await writeFile(part, bytes)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw new Fault(`${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
  }
}

async function color({ sketch, hints, out, stage, size, exact }: Request): Promise<void> {
  const page = await readPicture(sketch, (bytes) => decodeSketch(bytes))
  const painted = hints === undefined ? undefined : await readPicture(hints, decodeHints)
  const models = await readWeights()
  const engine = await openOnnxEngine({ weights: models, threads: availableParallelism() })
  try {
    const coloring = new PageColoring({
      engine,
      models,
      page,
      exact,
      ...(size !== undefined && { side: size }),
    })
    if (painted) coloring.setPicture(painted)
    const layer =
      stage === 'draft'
        ? await coloring.draft()
        : await finished(finalPass({ engine, models, page, shown: await coloring.shown() }))
    await writePicture(out, await encodePng(underLines(layer, page)))
  } finally {
    await engine.close()
  }
  console.log(`${out}: ${page.width} x ${page.height}, ${stage}`)
}

try {
  await color(parseRequest(process.argv.slice(2)))
} catch (error) {
  console.error(
    error instanceof Fault
      ? error.message
      : `Coloring failed: ${error instanceof Error ? error.message : error}`,
  )
  process.exitCode = 1
}

/** What the command is asked for: its arguments, read, checked and described. */
import { parseArgs } from 'node:util'
import { extname } from 'node:path'
import { stages, type Stage } from '../../shared/protocol.ts'
import { Fault } from './fault.ts'
import { formats, type Format } from './format.ts'

export const usage =
  'npm run color -- SKETCH... [--hints HINTS] [--palette FILE] [--out FILE|FOLDER] [--format FORMAT] [--stage draft|refined] [--size N] [--exact] [--clean]'

export const help = `${usage}

Colors line drawings without a server: one picture, several, or a folder of them with all that lie below it.

  SKETCH          a PNG, JPEG, WebP, PSD or ORA, or a folder of them; names that begin with a dot or end with .hints.png,
                  .colored.png and the like are passed over in folders
  --hints FILE    a PNG whose opaque pixels are painted, or what was saved from a room (.nurie, .nurie-strokes, strokes.json)
  --hints FOLDER  a file of hints for each page: PAGE.hints.png, PAGE.nurie, PAGE.nurie-strokes, PAGE.png or PAGE.json;
                  without --hints a folder's pages take PAGE.hints.png, PAGE.nurie or PAGE.nurie-strokes beside them
  --palette FILE  the only colors (and white) for what nobody hinted: GPL, ASE or JSON
  --out FILE      where the picture is written; SKETCH.colored.png beside the sketch when left out
  --out FOLDER    the same for several: one of the page's name each, in folders as they were
  --format F      ${Object.keys(formats).join(', ')}; png when left out, or what --out ends with
  --stage S       draft or refined; refined when left out
  --size N        the long side at which the networks work; 512 when left out
  --exact         hinted regions have exactly their hint's color on average
  --clean         makes line art of photos and scans first: paper white, lines dark
  --force         colors pages again that were colored from the same files with the same options
  --json          a summary for programs on standard output
  -h, --help      this

Of several pages, those that are done are skipped when the command runs again; one that fails does not stop the others.
Ends with 0, or with 1 when anything failed.`

const SMALLEST_SIZE = 64
const LARGEST_SIZE = 2048

export type Request = {
  sketches: string[]
  hints?: string
  palette?: string
  out?: string
  format: Format
  stage: Stage
  size?: number
  exact: boolean
  clean: boolean
  force: boolean
  json: boolean
}

/** @throws Fault. Undefined when only help is wanted. */
export function parseRequest(args: string[]): Request | undefined {
  const { values, positionals: sketches } = parse(args)
  if (values.help) return undefined
  if (sketches.length === 0) throw new Fault(`Name one picture or more, or a folder: ${usage}`)
  const stage = oneOf('--stage', values.stage ?? 'refined', stages)
  const size = values.size === undefined ? undefined : Number(values.size)
  if (size !== undefined && !(Number.isInteger(size) && size >= SMALLEST_SIZE && size <= LARGEST_SIZE)) {
    throw new Fault(`--size is a whole number from ${SMALLEST_SIZE} to ${LARGEST_SIZE}, not ${values.size}.`)
  }
  const { hints, palette, out, exact = false, clean = false, force = false, json = false } = values
  return {
    sketches,
    format: oneOf('--format', values.format ?? formatOf(out), Object.keys(formats) as Format[]),
    stage,
    exact,
    clean,
    force,
    json,
    ...(hints !== undefined && { hints }),
    ...(palette !== undefined && { palette }),
    ...(out !== undefined && { out }),
    ...(size !== undefined && { size }),
  }
}

/** By what a name ends with. */
function formatOf(out = ''): string {
  const ending = extname(out).slice(1).toLowerCase()
  return Object.keys(formats).includes(ending) ? ending : 'png'
}

function oneOf<Value extends string>(option: string, value: string, values: readonly Value[]): Value {
  const found = values.find((each) => each === value)
  if (found) return found
  throw new Fault(`${option} is ${values.slice(0, -1).join(', ')} or ${values.at(-1)}, not ${value}.`)
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        hints: { type: 'string' },
        palette: { type: 'string' },
        out: { type: 'string' },
        format: { type: 'string' },
        stage: { type: 'string' },
        size: { type: 'string' },
        exact: { type: 'boolean' },
        clean: { type: 'boolean' },
        force: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new Fault(
      `${error instanceof Error ? error.message.split('. ')[0] : 'Unknown arguments'}. Use: ${usage}`,
    )
  }
}

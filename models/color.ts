/**
 * The command `npm run color`: pages colored without a server; command/request.ts tells what it takes. Ends with 0, or with 1 when
 * anything failed: one line on stderr for each fault.
 */
import { readPalette } from '../shared/paletteFiles/paletteFormats.ts'
import { colorPages } from './command/colorPages.ts'
import { Fault, faultText } from './command/fault.ts'
import { openPainter } from './command/painter.ts'
import { findPages } from './command/pages.ts'
import { readFileOf } from './command/readFileOf.ts'
import { Report } from './command/report.ts'
import { help, parseRequest, type Request } from './command/request.ts'

async function color(request: Request): Promise<void> {
  const { palette: path, stage, format, size, exact, clean, force } = request
  const palette = path === undefined ? undefined : await paletteIn(path)
  const { pages, isBatch } = await findPages(request)
  const painter = await openPainter({ stage, format, exact, clean, size, palette })
  const report = new Report({
    ...request,
    total: pages.length,
    isBatch,
    isCi: Boolean(process.env.CI),
    out: process.stdout,
    err: process.stderr,
  })
  // What is being written is taken back (writeWhole.ts), what is written stays.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      report.end()
      process.exit(1)
    })
  const options = [JSON.stringify({ stage, format, size, exact, clean, palette })]
  await colorPages({ pages, isBatch, painter, options, force, onPage: (outcome) => report.tell(outcome) })
  await painter.close()
  report.end()
  if (!report.isWell) process.exitCode = 1
}

async function paletteIn(path: string): Promise<number[]> {
  const bytes = await readFileOf(path)
  try {
    return readPalette(bytes).colors.map(({ color }) => color)
  } catch (error) {
    throw new Fault(faultText(error, path), { cause: error })
  }
}

try {
  const request = parseRequest(process.argv.slice(2))
  if (request) await color(request)
  else console.log(help)
} catch (error) {
  console.error(faultText(error))
  process.exitCode = 1
}

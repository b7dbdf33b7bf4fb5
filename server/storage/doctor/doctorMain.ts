/** The process of `npm run doctor`. */
import { runDoctor } from './doctor.ts'

try {
  process.exitCode = runDoctor(process.argv.slice(2), process.env, (line) =>
    process.stdout.write(`${line}\n`),
  )
} catch (error) {
  process.stderr.write(`nurie: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

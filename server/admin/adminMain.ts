/** The process of `npm run admin`. */
import { runAdmin } from './admin.ts'

try {
  process.exitCode = await runAdmin(process.argv.slice(2), process.env, (line) =>
    process.stdout.write(`${line}\n`),
  )
} catch (error) {
  process.stderr.write(`nurie: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

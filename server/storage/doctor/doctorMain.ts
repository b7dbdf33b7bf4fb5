/** The process of `npm run doctor`. */
import { runDatabaseDoctor } from './databaseDoctor.ts'
import { runDoctor } from './doctor.ts'

const args = process.argv.slice(2)
const say = (line: string) => process.stdout.write(`${line}\n`)
try {
  process.exitCode = (await runDatabaseDoctor(args, process.env, say)) ?? runDoctor(args, process.env, say)
} catch (error) {
  process.stderr.write(`nurie: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

/** Runs one of the tools the setup needs. */
import { execFile } from 'node:child_process'

export type ToolOptions = { cwd?: string; env?: NodeJS.ProcessEnv }

/** What it wrote to stdout. @throws Error with what it said last when it fails or is not there. */
export function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 2 ** 26, ...options }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const said = (stderr.trim() || stdout.trim() || error.message).split('\n').slice(-12).join('\n')
      reject(new Error(`${command} ${args[0] ?? ''} failed:\n${said}`, { cause: error }))
    })
  })
}

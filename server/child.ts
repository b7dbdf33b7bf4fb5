/**
 * Child processes of the server: TypeScript files forked with the same loader, ended with the parent.
 * Their messages are structured clones, so bytes travel as bytes.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** The file a child was given, as it knows it. */
export const CHILD_FILE = 4

/** Forks the TypeScript file at `entry`; `heapMb` bounds its JavaScript heap. `file`: an open one it may write, too (`CHILD_FILE`). */
export function forkTypeScript(
  entry: URL,
  heapMb: number,
  { args = [], file }: { args?: readonly string[]; file?: number } = {},
): ChildProcess {
  const child = fork(fileURLToPath(entry), args, {
    execArgv: ['--import', loader, `--max-old-space-size=${heapMb}`],
    serialization: 'advanced',
    // Ctrl+C reaches the whole process group; the parent ends its children itself, after saving.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(file === undefined ? [] : [file])],
  })
  // A message to a process that just died fails as an event, which nobody heard would end this process; its `exit` follows.
  child.on('error', () => {})
  return child
}

/** Calls back when a child has ended and everything it said was heard: with its exit code, or the signal that ended it. */
export function onceEnded(child: ChildProcess, ended: (how: number | NodeJS.Signals | null) => void): void {
  child.once('exit', (code, signal) => {
    const heard = () => ended(signal ?? code)
    if (child.connected) child.once('disconnect', heard)
    else heard()
  })
}

/** For a child's own main file: ends the process when the parent is gone, however that happened. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(0))
}

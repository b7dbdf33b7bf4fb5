/** The real program as a process of its own, with everything it says. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type ServerProcess = {
  url: string
  /** All of stdout and stderr. */
  output(): string
  /** As SIGTERM does; gives the exit code. */
  end(): Promise<number | null>
}

/** Resolves when it answers, rejects when it ends before that. */
export async function startProcess(settings: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, PORT: '0', NURIE_ENGINE: 'cpu', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const [found] = /http:\/\/localhost:\d+/.exec(output) ?? []
        if (found) resolve(found)
      })
    void exited.then((code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  return {
    url,
    output: () => output,
    end() {
      child.kill('SIGTERM')
      return exited
    },
  }
}

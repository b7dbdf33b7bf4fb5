/** The programs of a cluster as processes of their own, to be killed for real, and the delivered nginx in front of them. */
import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, programPath } from './services.fixture.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const running = new Set<ChildProcess>()

/** For an `afterAll`: nothing started here is left behind, whatever went wrong. */
export function killPrograms(): void {
  for (const child of running) child.kill('SIGKILL')
}

export type Program = {
  port: number
  url: string
  /** Everything it said, in all its lives. */
  output(): string
  /** As a crash does. */
  kill(): Promise<void>
  /** As SIGTERM does; gives the exit code. */
  end(): Promise<number | null>
  /** Again on the same port, with other settings where they are given; resolves when it is ready. */
  start(more?: Record<string, string>): Promise<void>
}

/** What is started: a file with its arguments, as the image does, or a command of the README. */
export const programs = {
  server: ['--import', 'tsx', 'server/main.ts'],
  worker: ['--import', 'tsx', 'server/coloring/queue/workerMain.ts'],
  npmStart: ['.config/run.mjs', 'start'],
  npmRunWorker: ['.config/run.mjs', 'worker'],
} as const

/** Resolves when it is ready: a server takes people, a worker can color. */
export async function startProgram(
  name: keyof typeof programs,
  settings: Record<string, string>,
): Promise<Program> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  let output = ''
  async function stop(signal: NodeJS.Signals): Promise<number | null> {
    const stopped = child
    child = undefined
    if (!stopped || stopped.exitCode !== null || stopped.signalCode !== null) return stopped?.exitCode ?? null
    return new Promise((resolve) => {
      stopped.once('exit', resolve)
      stopped.kill(signal)
    })
  }

  const program: Program = {
    port,
    url,
    output: () => output,
    kill: async () => void (await stop('SIGKILL')),
    end: () => stop('SIGTERM'),
    async start(more = {}) {
      const started = spawn(process.execPath, programs[name], {
        cwd: root,
        env: { ...process.env, NURIE_ENGINE: 'cpu', ...settings, ...more, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      running.add(started)
      started.once('exit', () => running.delete(started))
      for (const stream of [started.stdout, started.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      for (;;) {
        if (await isReady(url, name)) return
        if (started.exitCode !== null || started.signalCode !== null)
          throw new Error(`${name} ended with ${started.exitCode ?? started.signalCode}: ${output}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
  await program.start()
  return program
}

async function isReady(url: string, name: keyof typeof programs): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`)
    const { coloring } = (await answer.json()) as { coloring: boolean }
    return answer.ok && (name === 'server' || name === 'npmStart' || coloring)
  } catch {
    return false
  }
}

export type Nginx = { url: string; end(): Promise<void> }

/** A copy of deploy/nginx with other ports: `8080` where it listens, and of the two servers. Gives its folder. */
export async function nginxFolder(servers: readonly number[]): Promise<{ folder: string; port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'nurie-nginx-'))
  chmodSync(folder, 0o755)
  cpSync(join(root, 'deploy/nginx'), folder, { recursive: true })
  const port = await freePort()
  const edit = (file: string, changes: readonly (readonly [string, string])[]) => {
    let text = readFileSync(join(folder, file), 'utf8')
    for (const [from, to] of changes) {
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
      text = text.replaceAll(from, to)
    }
    writeFileSync(join(folder, file), text)
  }
  edit('nginx.conf', [
    ...servers.map((server, i) => [`node-${i + 1}:8080`, `127.0.0.1:${server}`] as const),
    ['/tmp/nginx', `${folder}/nginx`],
    ['/dev/stdout', `${folder}/access.log`],
    ['/dev/stderr', `${folder}/error.log`],
  ])
  edit('plain.conf', [['listen 8080', `listen 127.0.0.1:${port}`]])
  edit('tls.conf', [
    ['listen 8080', `listen 127.0.0.1:${port}`],
    ['listen 8443', `listen 127.0.0.1:${await freePort()}`],
  ])
  return { folder, port }
}

export async function startNginx(servers: readonly number[]): Promise<Nginx> {
  const { folder, port } = await nginxFolder(servers)
  const child = spawn(
    programPath('nginx', 'nginx'),
    ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log'), '-g', 'daemon off;'],
    { stdio: 'ignore' },
  )
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  while (!(await fetch(`${url}/healthz`).catch(() => undefined))?.ok) {
    if (child.exitCode !== null)
      throw new Error(`nginx did not start: ${readFileSync(join(folder, 'error.log'), 'utf8')}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url,
    async end() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The bare server as a process of its own. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type Killable = { url: string; startMs: number; kill(): Promise<void> }

const environment = {
  ...process.env,
  PORT: '0',
  NURIE_LOG: 'silent',
  NURIE_LIMIT_COMMITS: '100000',
  NURIE_LIMIT_MESSAGES: '100000',
  NURIE_LIMIT_CONNECTIONS: '100000',
  NURIE_LIMIT_ROOMS_PER_HOUR: '100000',
  NURIE_LIMIT_IDLE_S: '0',
  NURIE_LIMIT_DISK_ROOMS: '1',
  NURIE_LIMIT_DISK_READONLY: '1',
}

function spawnServer(folder: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/crash/bareServer.fixture.ts'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...environment, NURIE_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, exited }
}

/** Resolves when it answers. */
export async function startKillable(folder: string): Promise<Killable> {
  const start = performance.now()
  const { child, exited } = spawnServer(folder)
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /http:\/\/\S+/.exec(text)
      if (found) resolve(found[0])
    })
    void exited.then((code) => reject(new Error(`the server ended with ${code}`)))
  })
  return {
    url,
    startMs: performance.now() - start,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Starts one and kills it while it starts. */
export async function killStarting(folder: string, afterMs: number): Promise<void> {
  const { child, exited } = spawnServer(folder)
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  await exited
}

/**
 * The real PostgreSQL and the real Redis for tests, each in a temporary folder on a free port of the loopback address, ended with the
 * process. They are Debian's (`npm test` installs them where it may); a test that finds none says what to install.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export type Service = {
  url: string
  port: number
  /** As a crash does. Its data stays. */
  kill(): Promise<void>
  /** Stands still, and goes on. */
  pause(): void
  goOn(): void
  /** Again on the same port, over the same data; resolves when it answers. */
  start(): Promise<void>
  /** Ends it and removes its data. */
  end(): Promise<void>
}
export type Postgres = Service & {
  /** A new, empty database of its own; gives its address. */
  database(): Promise<string>
}

const READY_MS = 20_000

export async function startPostgres(options: readonly string[] = []): Promise<Postgres> {
  const bin = postgresFolder()
  const owner = serviceOwner()
  const folder = newFolder('nurie-postgres-', owner)
  const data = join(folder, 'data')
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'nurie', '--auth=trust', '--no-sync', '--locale=C.UTF-8', '--encoding=UTF8'],
    { ...owner, cwd: folder, stdio: 'ignore' },
  )
  const port = await freePort()
  const settings = [`unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1', ...options]
  const service = await startService({
    command: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    owner,
    folder,
    port,
    url: `postgres://nurie@127.0.0.1:${port}/postgres`,
    answers: (url) => query(url, 'select 1'),
  })
  return {
    ...service,
    async database() {
      const name = `nurie_${randomBytes(6).toString('hex')}`
      await query(service.url, `create database ${name}`)
      return `postgres://nurie@127.0.0.1:${port}/${name}`
    },
  }
}

/** Keeps nothing over a restart, as a bus may. */
export async function startRedis(options: readonly string[] = []): Promise<Service> {
  const port = await freePort()
  const folder = newFolder('nurie-redis-', {})
  return startService({
    command: programPath('redis-server', 'redis-server'),
    args: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      ...options,
    ],
    owner: {},
    folder,
    port,
    url: `redis://127.0.0.1:${port}`,
    answers: () => pings(port),
  })
}

type Owner = { uid?: number; gid?: number }

async function startService(how: {
  command: string
  args: readonly string[]
  owner: Owner
  folder: string
  port: number
  url: string
  answers(url: string): Promise<unknown>
}): Promise<Service> {
  const { command, args, owner, folder, port, url, answers } = how
  let child: ChildProcess | undefined
  const atExit = () => child?.kill('SIGKILL')
  process.once('exit', atExit)

  async function stop(signal: NodeJS.Signals): Promise<void> {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    await new Promise((resolve) => {
      running.once('exit', resolve)
      running.kill(signal)
    })
  }

  const service: Service = {
    url,
    port,
    kill: () => stop('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    goOn: () => void child?.kill('SIGCONT'),
    async start() {
      child = spawn(command, args, { ...owner, cwd: folder, stdio: 'ignore' })
      const until = performance.now() + READY_MS
      for (;;) {
        const ready = await answers(url).then(
          () => true,
          () => false,
        )
        if (ready) return
        if (child?.exitCode !== null || performance.now() > until) throw new Error(`${command} did not start`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    async end() {
      process.off('exit', atExit)
      await stop('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await service.start()
  return service
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  // A server that goes away meanwhile is told as a rejection; the event would end the process.
  client.on('error', () => {})
  await client.connect()
  await client.query(text).finally(() => client.end())
}

function pings(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (data) => {
      socket.destroy()
      if (/^(\+PONG|-NOAUTH)/.test(data.toString())) resolve()
      else reject(new Error('not ready'))
    })
    socket.once('error', reject)
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function newFolder(prefix: string, { uid, gid }: Owner): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}

/** PostgreSQL does not run as root: then it runs as the user that its package made. */
function serviceOwner(): Owner {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** The newest version that Debian's packages brought, or whatever the system has on its path. */
export function postgresFolder(): string {
  const versions = '/usr/lib/postgresql'
  const newest = existsSync(versions)
    ? readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0]
    : undefined
  return newest ? join(versions, newest, 'bin') : join(programPath('initdb', 'postgresql'), '..')
}

/** Where a program is; throws what to install when it is not there. */
export function programPath(name: string, debianPackage: string): string {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (!found) throw new Error(`${name} is not installed (Debian: apt-get install ${debianPackage})`)
  return found
}

/**
 * The one door of every npm script: makes the checkout ready, then runs what was asked for.
 *
 * Only Node's built-ins are used up to the point where the packages are there, so `npm start` and `npm test` work as the
 * very first command on a fresh clone. What is ready is remembered by a stamp (lock file, Node's ABI, platform), so a second
 * start installs and builds nothing. A lock folder lets two commands run at once on a fresh clone.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const say = (line) => console.log(`nurie: ${line}`)

/** Ends with one sentence that tells what is missing. */
function fail(sentence, code = 1) {
  console.error(`nurie: ${sentence}`)
  process.exit(code)
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: 'inherit', ...options })
  return result.status ?? 1
}

const node = (args, options) => run(process.execPath, args, options)
const bin = (name) => join('node_modules', '.bin', name)
const hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16)

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Node ${process.versions.node} is too old: Nurie needs Node 20.19 or newer (nodejs.org).`)
  }
}

/** Only one process installs or builds; the others wait for it. A lock whose owner is gone is taken over. */
async function whileLocked(name, work) {
  const folder = '.nurie-lock'
  const lock = join(folder, name)
  for (let told = false; ;) {
    try {
      // Again each time: who was before removes it.
      mkdirSync(folder, { recursive: true })
      mkdirSync(lock)
      break
    } catch {
      const owner = Number(existsSync(join(lock, 'pid')) && readFileSync(join(lock, 'pid'), 'utf8'))
      if (owner && !isRunning(owner)) rmSync(lock, { recursive: true, force: true })
      else if (!told) {
        say('another Nurie command is preparing this folder, waiting for it ...')
        told = true
      }
      await new Promise((resume) => setTimeout(resume, 300))
    }
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid))
    await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
    try {
      rmdirSync(folder)
    } catch {
      // Another holds or takes one in it.
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Installs the packages when the lock file, Node's ABI or the platform are not those of the last install. */
async function ensurePackages() {
  const stamp = join('node_modules', '.nurie-stamp')
  const key = hash(
    readFileSync('package-lock.json') + process.versions.modules + process.platform + process.arch,
  )
  const isReady = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === key
  if (isReady()) return
  await whileLocked('install', () => {
    if (isReady()) return
    say('installing packages (the first time takes about half a minute) ...')
    const npm = process.env.npm_execpath
    const args = ['install', '--no-audit', '--no-fund', '--no-save', '--loglevel=error']
    // onnxruntime-node's install script would download GPU libraries; the CPU engine is in the package itself.
    const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NODE_ENV: '' }
    const status = npm
      ? node([npm, ...args], { env })
      : run('npm', args, { env, shell: process.platform === 'win32' })
    if (status !== 0)
      fail(
        'the packages could not be installed: npm says why above; a connection to the npm registry is needed.',
      )
    writeFileSync(stamp, key)
  })
}

/** Every file below these folders, with its size and time: changes when a source does. */
function sourcesKey(folders) {
  const lines = []
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (!path.endsWith('.test.ts')) {
        const { size, mtimeMs } = statSync(path)
        lines.push(`${relative(root, path)} ${size} ${mtimeMs}`)
      }
    }
  }
  folders.forEach(walk)
  return hash(lines.sort().join('\n') + readFileSync('package-lock.json'))
}

/** Builds the page when its sources changed since the last build. */
async function ensureClient() {
  const stamp = join('dist', 'client.stamp')
  const key = sourcesKey(['client', 'shared'])
  const isReady = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === key
  if (isReady()) return
  await whileLocked('build', () => {
    if (isReady()) return
    say('building the page ...')
    if (
      node([join('node_modules', 'vite', 'bin', 'vite.js'), 'build', 'client', '--logLevel', 'warn']) !== 0
    ) {
      fail('the page could not be built: the build says why above.')
    }
    mkdirSync('dist', { recursive: true })
    writeFileSync(stamp, key)
  })
}

/** Installs Debian packages, where this is root on Debian. */
function installDebian(packages, why) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return
  say(`installing ${packages.join(', ')} for ${why} ...`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], { env })
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** The servers that a cluster's tests start, each in a folder of its own: the program, its package, and what tells that it is there. */
const services = [
  { debian: 'postgresql', isThere: () => existsSync('/usr/lib/postgresql') || isOnPath('initdb') },
  { debian: 'redis-server', isThere: () => isOnPath('redis-server') },
  { debian: 'nginx', isThere: () => isOnPath('nginx') },
]

function isOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}

function ensureServices(why = 'the tests of several servers') {
  const missing = () => services.filter(({ isThere }) => !isThere()).map(({ debian }) => debian)
  if (missing().length === 0) return
  installDebian(missing(), why)
  if (missing().length > 0)
    fail(
      `${missing().join(', ')} must be installed for ${why} (Debian: apt-get install ${missing().join(' ')}).`,
    )
}

/** Where the browser of the end-to-end tests is (it also brings the Vulkan driver of .config/softwareVulkan.ts). */
function ensureBrowser() {
  const known = [
    process.env.CHROMIUM_PATH,
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/usr/bin/chromium-browser',
  ]
  const find = () => known.find((path) => path && existsSync(path)) ?? playwrightsOwn()
  const found = find()
  if (found) return found
  installDebian(['chromium'], 'the browser tests')
  return (
    find() ??
    fail(
      'the browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.',
    )
  )
}

function playwrightsOwn() {
  const script = "const p = require('@playwright/test').chromium.executablePath(); process.stdout.write(p)"
  const path = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout
  return path && existsSync(path) ? path : undefined
}

const tsx = ['--import', pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href]
function vitest(args) {
  ensureServices()
  return node(
    [join('node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', '.config/vitest.config.ts', ...args],
    { env: { ...process.env, CHROMIUM_PATH: ensureBrowser() } },
  )
}

function playwright(args) {
  const env = { ...process.env, CHROMIUM_PATH: ensureBrowser() }
  return node(
    [
      join('node_modules', '@playwright', 'test', 'cli.js'),
      'test',
      '--config',
      'e2e/playwright.config.ts',
      ...args,
    ],
    { env },
  )
}

/** Adds up what vitest and Playwright counted, and prints the closing line. */
async function test() {
  await ensureClient()
  const reports = join('dist', 'reports')
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  say('unit and integration tests ...')
  const unit = vitest([
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, 'vitest.json')}`,
  ])
  say('browser tests ...')
  process.env.PLAYWRIGHT_JSON_OUTPUT_FILE = join(root, reports, 'playwright.json')
  const e2e = playwright(['--reporter=list,json'])
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const read = (file) =>
    existsSync(join(reports, file)) ? JSON.parse(readFileSync(join(reports, file), 'utf8')) : undefined
  const units = read('vitest.json')
  const browser = read('playwright.json')?.stats
  counts.passed += (units?.numPassedTests ?? 0) + (browser?.expected ?? 0)
  counts.failed += (units?.numFailedTests ?? 0) + (browser?.unexpected ?? 0) + (browser?.flaky ?? 0)
  counts.skipped += (units?.numPendingTests ?? 0) + (browser?.skipped ?? 0)
  const failed = unit !== 0 || e2e !== 0 || !units || !browser
  if (failed && counts.failed === 0) counts.failed = 1
  console.log(
    `${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`,
  )
  return failed ? 1 : 0
}

function check() {
  const steps = [
    [
      'format',
      () =>
        node([
          join('node_modules', 'prettier', 'bin', 'prettier.cjs'),
          '--config',
          '.config/prettier.json',
          '--check',
          '--log-level',
          'warn',
          '.',
        ]),
    ],
    [
      'lint',
      () =>
        node([
          join('node_modules', 'eslint', 'bin', 'eslint.js'),
          '--config',
          '.config/eslint.config.mjs',
          '--max-warnings',
          '0',
          '.',
        ]),
    ],
    ['types', () => node([join('node_modules', 'vue-tsc', 'bin', 'vue-tsc.js'), '--noEmit', '-p', '.'])],
    [
      'types of shared/ without a browser',
      () => node([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', '.config/tsconfig.shared.json']),
    ],
    [
      'types of the service worker',
      () => node([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'client/serviceWorker']),
    ],
  ]
  for (const [name, step] of steps) {
    say(`${name} ...`)
    if (step() !== 0) return 1
  }
  say('all well')
  return 0
}

/** The fuzzers of fuzz/ for minutes instead of moments, each from a seed of its own: `npm run fuzz -- --minutes 10 [--seed N] [FILE]`. */
function fuzz() {
  const option = (name, otherwise) => {
    const at = args.indexOf(`--${name}`)
    return at < 0 ? otherwise : args.splice(at, 2)[1]
  }
  const minutes = option('minutes', '5')
  const seed = option('seed', String(Date.now() % 2 ** 31))
  if (!/^\d+(\.\d+)?$/.test(minutes) || !/^\d+$/.test(seed)) fail('--minutes and --seed take a number.')
  say(`fuzzing for ${minutes} minutes with seed ${seed} ...`)
  Object.assign(process.env, { NURIE_FUZZ_MINUTES: minutes, NURIE_FUZZ_SEED: seed })
  return vitest([...(args.length > 0 ? args : ['fuzz/'])])
}

/** The server and the page's dev server side by side; ends both when one ends. */
async function dev() {
  const children = [
    spawn(process.execPath, ['--watch', ...tsx, 'server/main.ts'], { stdio: 'inherit' }),
    spawn(process.execPath, [join('node_modules', 'vite', 'bin', 'vite.js'), 'client'], { stdio: 'inherit' }),
  ]
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => children.forEach((child) => child.kill(signal)))
  }
  const code = await Promise.race(
    children.map((child) => new Promise((resolve) => child.on('exit', resolve))),
  )
  for (const child of children) child.kill()
  return code ?? 1
}

const [script = 'start', ...args] = process.argv.slice(2)
const scripts = {
  async start() {
    await ensureClient()
    // In this very process: what stops `npm start` stops the server, and no wrapper is left behind.
    const { register } = await import('tsx/esm/api')
    register()
    await import('../server/main.ts')
  },
  async worker() {
    // As `start` does.
    const { register } = await import('tsx/esm/api')
    register()
    await import('../server/coloring/queue/workerMain.ts')
  },
  dev,
  test,
  'test:unit': () => vitest(args),
  async e2e() {
    await ensureClient()
    return playwright(args)
  },
  async screenshots() {
    await ensureClient()
    return node([...tsx, 'e2e/screenshots.ts'], { env: { ...process.env, CHROMIUM_PATH: ensureBrowser() } })
  },
  check,
  fuzz,
  bench: () =>
    node([...tsx, 'bench/bench.ts', ...args], { env: { ...process.env, CHROMIUM_PATH: ensureBrowser() } }),
  async 'bench:load'() {
    await ensureClient()
    // Two servers over PostgreSQL and Redis are part of the whole of it.
    if (args.length === 0 || args.includes('--servers')) ensureServices('the load bench')
    return node([...tsx, 'bench/load/loadBench.ts', ...args])
  },
  'bench:crash': () => node([...tsx, 'bench/crash.ts', ...args]),
  doctor: () => node([...tsx, 'server/storage/doctor/doctorMain.ts', ...args]),
  admin: () => node([...tsx, 'server/admin/adminMain.ts', ...args]),
  async color() {
    // In this very process: whoever interrupts it is heard by it. The files one names lie where one is.
    const { register } = await import('tsx/esm/api')
    register()
    process.argv.splice(2, 1)
    process.chdir(process.env.INIT_CWD ?? root)
    await import('../models/color.ts')
  },
  data: () => node([...tsx, 'models/data/build.ts', ...args]),
  evaluate: () => node([...tsx, 'models/evaluation/evaluate.ts', ...args]),
  async 'engine:tfjs'() {
    let code = 1
    await whileLocked('tfjs', () => {
      code = node([...tsx, 'models/engines/install/installTfjs.ts', ...args])
    })
    return code
  },
}

if (!(script in scripts))
  fail(`there is no command '${script}'; there are ${Object.keys(scripts).join(', ')}.`)
checkNode()
await ensurePackages()
const code = await scripts[script]()
if (code !== undefined) process.exit(code)

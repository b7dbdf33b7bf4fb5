/** tfjs-node from npm, its addon compiled against the libraries that the wheels brought. */
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tfjsPackages, type TfjsKind } from '../tfjsFolder.ts'
import { runTool } from './runTool.ts'

const NAPI = 8

/** Where package.json and its lock lie: every package's checksum is in the lock, and npm holds it to that. */
const packages = fileURLToPath(new URL('packages/', import.meta.url))

/** No package's script runs: tfjs-node's own would download an old TensorFlow. */
export async function installPackages(kind: TfjsKind, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(join(packages, file), join(folder, file))
  const omit = kind === 'gpu' ? [] : ['--omit=optional']
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await runTool('npm', ['ci', '--prefix', folder, ...omit, ...quiet], { cwd: folder })
}

/** The addon finds the libraries by their place beside it, so the folder may be moved as a whole. */
export async function buildAddon(kind: TfjsKind, folder: string): Promise<void> {
  const home = join(folder, 'node_modules', tfjsPackages[kind])
  const output = join(home, 'lib', `napi-v${NAPI}`)
  await mkdir(output, { recursive: true })
  const sources = (await readdir(join(home, 'binding'))).filter((file) => file.endsWith('.cc'))
  const tensorflow = join(folder, 'site', 'tensorflow')
  await runTool('g++', [
    '-shared',
    '-fPIC',
    '-O2',
    '-std=c++17',
    `-DNAPI_VERSION=${NAPI}`,
    ...['-I', join(folder, 'node_modules', 'node-api-headers', 'include')],
    ...['-I', join(tensorflow, 'include')],
    ...sources.map((file) => join(home, 'binding', file)),
    join(tensorflow, 'libtensorflow_cc.so.2'),
    join(tensorflow, 'libtensorflow_framework.so.2'),
    '-Wl,-rpath,$ORIGIN/../../../../../site/tensorflow',
    ...['-o', join(output, 'tfjs_binding.node')],
  ])
}

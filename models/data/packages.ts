/**
 * Fetches the pinned packages of sources.json with the ordinary npm and Debian clients and unpacks them, once: a folder
 * that exists is whole (it is renamed into place last). A missing package or a wrong checksum is one clear sentence.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

import sources from './sources.json' with { type: 'json' }

const run = promisify(execFile)

export interface Source {
  name: string
  kind: 'npm' | 'deb'
  version: string
  licence: string
  attribution: string
  use: 'train' | 'heldout' | 'code'
  sha256: string
}

export const allSources = sources as Source[]

export function findSource(name: string): Source {
  const source = allSources.find((candidate) => candidate.name === name)
  if (source === undefined) throw new Error(`No source is named ${name}.`)
  return source
}

/** The unpacked package: an npm package's own root, a Debian package's file system. Fetches it when missing. */
export async function packageFolder(name: string, folder: string): Promise<string> {
  const source = findSource(name)
  const target =
    source.kind === 'npm' ? path.join(folder, 'node_modules', name) : path.join(folder, 'deb', name)
  if (existsSync(target)) return target
  await mkdir(path.dirname(target), { recursive: true })
  await mkdir(folder, { recursive: true })
  const work = await mkdtemp(path.join(folder, 'fetch-'))
  try {
    const file = path.join(work, await download(source, work))
    const sum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    if (sum !== source.sha256) {
      throw new Error(`${name} ${source.version} has the checksum ${sum}, but ${source.sha256} was pinned.`)
    }
    const whole = path.join(work, 'whole')
    await mkdir(whole)
    if (source.kind === 'npm') await run('tar', ['-xzf', file, '-C', whole, '--strip-components=1'])
    else await run('dpkg-deb', ['-x', file, whole])
    await rename(whole, target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return target
}

async function download(source: Source, folder: string): Promise<string> {
  const [command, ...args] =
    source.kind === 'npm'
      ? ['npm', 'pack', '--silent', '--ignore-scripts', `${source.name}@${source.version}`]
      : ['apt-get', 'download', '-qq', `${source.name}=${source.version}`]
  try {
    await run(command ?? '', args, { cwd: folder })
  } catch (cause) {
    const hint =
      source.kind === 'npm'
        ? 'is the npm registry reachable?'
        : 'this needs a Debian 12 (bookworm) machine and a fresh `apt-get update`.'
    throw new Error(`${source.name} ${source.version} could not be downloaded: ${hint}`, { cause })
  }
  const file = (await readdir(folder)).find((entry) => /\.(tgz|deb)$/.test(entry))
  if (file === undefined) throw new Error(`${source.name} ${source.version} was downloaded as nothing.`)
  return file
}

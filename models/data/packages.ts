/**
 * Fetches the pinned packages of sources.json with the ordinary npm and Debian clients and unpacks them, once: a folder
 * that exists is whole (it is renamed into place last). What goes wrong is one clear sentence; nothing but this file's own
 * half-way folder is ever deleted.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'

import sources from './sources.json' with { type: 'json' }

/** 'pages': line art without colors, never a tile; 'code': what a generator needs. */
export type SourceUse = 'train' | 'heldout' | 'pages' | 'code'

export interface Source {
  name: string
  kind: 'npm' | 'deb'
  version: string
  licence: string
  attribution: string
  use: SourceUse
  /** Of the archive as the registry serves it. */
  sha256: string
}

export const allSources = sources as Source[]

/** Runs a program in a folder; rejects when it fails, with what it said on `stderr`. */
export type RunProgram = (command: string, args: string[], cwd: string) => Promise<unknown>

const runProgram: RunProgram = (command, args, cwd) => promisify(execFile)(command, args, { cwd })

/** The unpacked package: an npm package's own root, a Debian package's file system. Fetches it when missing. */
export async function packageFolder(
  name: string,
  folder: string,
  run: RunProgram = runProgram,
  known: readonly Source[] = allSources,
): Promise<string> {
  const source = known.find((candidate) => candidate.name === name)
  if (source === undefined) throw new Error(`No source is named ${name}.`)
  const target = path.join(folder, source.kind === 'npm' ? 'node_modules' : 'deb', name)
  if (existsSync(target)) return target
  const work = path.join(folder, `fetching-${name.replace(/\W+/g, '-')}`)
  await rm(work, { recursive: true, force: true })
  try {
    await mkdir(work, { recursive: true })
    const file = path.join(work, await download(source, work, run))
    await checkSum(source, file)
    const whole = path.join(work, 'whole')
    await mkdir(whole)
    await unpack(source, file, whole, run)
    await mkdir(path.dirname(target), { recursive: true })
    await rename(whole, target)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return target
}

async function download({ kind, name, version }: Source, folder: string, run: RunProgram): Promise<string> {
  const [command, args, hint] =
    kind === 'npm'
      ? [
          'npm',
          ['pack', '--loglevel=error', '--ignore-scripts', `${name}@${version}`],
          'is the npm registry reachable?',
        ]
      : [
          'apt-get',
          ['download', '-qq', `${name}=${version}`],
          'this needs a Debian 12 (bookworm) machine and a fresh `apt-get update`.',
        ]
  try {
    await run(command, args, folder)
  } catch (cause) {
    if (isDiskFull(cause)) throw cause
    throw new Error(`${name} ${version} could not be downloaded: ${hint}`, { cause })
  }
  const file = (await readdir(folder)).find((entry) => /\.(tgz|deb)$/.test(entry))
  if (file === undefined) throw new Error(`${name} ${version} was downloaded as nothing.`)
  return file
}

async function checkSum({ name, version, sha256 }: Source, file: string): Promise<void> {
  const bytes = await readFile(file)
  const sum = createHash('sha256').update(bytes).digest('hex')
  if (sum === sha256) return
  throw new Error(`${name} ${version} has the checksum ${sum}, but ${sha256} was pinned: it was not used.`)
}

async function unpack(
  { kind, name, version }: Source,
  file: string,
  into: string,
  run: RunProgram,
): Promise<void> {
  const [command, args] =
    kind === 'npm' ? ['tar', ['-xzf', file, '--strip-components=1']] : ['dpkg-deb', ['-x', file, into]]
  try {
    await run(command, args, into)
  } catch (cause) {
    if (isDiskFull(cause)) throw cause
    throw new Error(`${name} ${version} could not be unpacked: the archive is corrupt.`, { cause })
  }
}

/** Of this process's own writes, and of the programs it runs. */
export function isDiskFull(error: unknown): boolean {
  const { code, stderr } = Object(error) as { code?: unknown; stderr?: unknown }
  return code === 'ENOSPC' || /no space left on device/i.test(String(stderr))
}

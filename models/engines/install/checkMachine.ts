/** Whether the real TensorFlow can be set up on this machine, told before anything is downloaded. */
import { statfs } from 'node:fs/promises'
import type { TfjsKind } from '../tfjsFolder.ts'
import { runTool } from './runTool.ts'

export type Machine = {
  platform: string
  arch: string
  /** Version of glibc; undefined where the C library is another. */
  glibc: string | undefined
  hasPip: boolean
  hasCompiler: boolean
  freeBytes: number
}

/** The whole folder as measured (0.97 and 4.32 GB), and a wheel that lies beside it while it is unpacked. */
export const neededBytes: Record<TfjsKind, number> = { cpu: 1.35e9, gpu: 4.6e9 }

export async function thisMachine(folder: string): Promise<Machine> {
  const works = (command: string, args: string[]) =>
    runTool(command, args).then(
      () => true,
      () => false,
    )
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  const { bavail, bsize } = await statfs(folder)
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: report.header.glibcVersionRuntime,
    hasPip: await works('python3', ['-m', 'pip', '--version']),
    hasCompiler: await works('g++', ['--version']),
    freeBytes: bavail * bsize,
  }
}

/** What stands in the way, in a sentence; undefined when nothing does. `present` bytes of it are there already. */
export function refusalOf(machine: Machine, kind: TfjsKind, present = 0): string | undefined {
  const { platform, arch, glibc, hasPip, hasCompiler, freeBytes } = machine
  const otherwise = 'The tfjs engine runs on WebAssembly without it.'
  if (platform !== 'linux' || arch !== 'x64') {
    return `TensorFlow can be set up on Linux x64 only, and this is ${platform} ${arch}. ${otherwise}`
  }
  if (glibc === undefined) {
    return `TensorFlow's library is built for glibc, and this Linux has another C library. ${otherwise}`
  }
  if (!hasPip) return 'python3 with pip is missing (Debian: apt-get install python3-pip).'
  if (!hasCompiler) return 'g++ is missing (Debian: apt-get install g++).'
  const needed = neededBytes[kind] - present
  if (freeBytes < needed) {
    const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
    return `The setup needs ${gigabytes(needed)} of disk, and ${gigabytes(freeBytes)} are free.`
  }
  return undefined
}

/** Downloads one pinned wheel with pip, from wherever pip is set to look, and takes out what is needed; nothing of it is installed or run. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesOf } from './bytesOf.ts'
import { runTool } from './runTool.ts'
import { wheelPython, type Wheel } from './wheels.ts'

const LOOK_MS = 500

/**
 * Leaves the files below `site`, laid out as in the wheel; `work` is a folder of its own and is gone after.
 * `onBytes` hears how many more bytes have come. @throws Error when pip finds no such wheel or its checksum is another.
 */
export async function fetchWheel(wheel: Wheel, site: string, work: string, onBytes: (more: number) => void) {
  await rm(work, { recursive: true, force: true })
  await mkdir(work, { recursive: true })
  try {
    await download(wheel, work, onBytes)
    const file = (await readdir(work)).find((name) => name.endsWith('.whl'))
    if (!file) throw new Error(`pip downloaded no wheel of ${wheel.name} ${wheel.version}.`)
    await runTool('python3', ['-c', TAKE, join(work, file), site, ...wheel.take])
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function download(wheel: Wheel, work: string, onBytes: (more: number) => void): Promise<void> {
  const { name, version, sha256 } = wheel
  const list = join(work, 'requirements.txt')
  await writeFile(list, `${name}==${version} --hash=sha256:${sha256}\n`)
  let seen = 0
  // A look that ends late says nothing twice.
  const hear = (bytes: number) => {
    const more = Math.min(bytes, wheel.bytes) - seen
    if (more <= 0) return
    seen += more
    onBytes(more)
  }
  const looking = setInterval(() => void bytesOf(work).then(hear), LOOK_MS)
  const { version: python, abi, platform } = wheelPython
  const only = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--no-cache-dir', '--no-input']
  const as = ['--python-version', python, '--implementation', 'cp', '--abi', abi, '--platform', platform]
  const quiet = ['--quiet', '--disable-pip-version-check']
  try {
    // pip downloads into its temporary folder first: inside `work` the bytes can be watched, and no other disk fills.
    const env = { ...process.env, TMPDIR: work }
    await runTool('python3', ['-m', 'pip', 'download', ...only, ...as, ...quiet, '-d', work, '-r', list], {
      env,
    })
  } catch (error) {
    if (/DO NOT MATCH THE HASHES/.test(String(error))) {
      throw new Error(`${name} ${version} has not the checksum that is pinned: it was not used.`, {
        cause: error,
      })
    }
    throw new Error(`${name} ${version} could not be downloaded with pip. ${(error as Error).message}`, {
      cause: error,
    })
  } finally {
    clearInterval(looking)
  }
  hear(wheel.bytes)
}

/** A wheel is a zip file; Python, which pip needs anyway, opens it. */
const TAKE = `
import fnmatch, os, sys, zipfile
wheel, site, *take = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        if not entry.is_dir() and any(fnmatch.fnmatchcase(entry.filename, one) for one in take):
            mode = entry.external_attr >> 16
            path = archive.extract(entry, site)
            os.chmod(path, 0o755 if mode & 0o100 else 0o644)
`

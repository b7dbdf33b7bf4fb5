/**
 * What was made in a folder, and from what: `.nurie-color.jsonl`, a line a picture with a hash of all that it was made from. Written
 * right after the picture; a line that was cut short is as if it were not there, and the picture is made again.
 */
import { createHash } from 'node:crypto'
import { appendFile, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from './fault.ts'
import { isFile } from './readFileOf.ts'
import { writeWhole } from './writeWhole.ts'

export const RECORD = '.nurie-color.jsonl'

/** Of texts and bytes, in their order. */
export function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  // Each by itself, so that no two lists run together to the same bytes.
  for (const part of parts) hash.update(createHash('sha256').update(part).digest())
  return hash.digest('hex')
}

export class MadeRecord {
  readonly #folders = new Map<string, Promise<Map<string, string>>>()

  /** Whether the picture is there and was made from exactly that. Its own bytes may be others by now: people touch pictures up. */
  async has(picture: string, from: string): Promise<boolean> {
    const known = await this.#of(dirname(picture))
    return known.get(basename(picture)) === from && (await isFile(picture))
  }

  /** @throws Fault */
  async add(picture: string, from: string): Promise<void> {
    const folder = dirname(picture)
    const known = await this.#of(folder)
    known.set(basename(picture), from)
    await appendFile(join(folder, RECORD), lineOf(basename(picture), from)).catch(
      (error: NodeJS.ErrnoException) => {
        throw new Fault(`${join(folder, RECORD)} cannot be written (${error.code}).`)
      },
    )
  }

  #of(folder: string): Promise<Map<string, string>> {
    const known = this.#folders.get(folder) ?? read(join(folder, RECORD))
    this.#folders.set(folder, known)
    return known
  }
}

const lineOf = (picture: string, from: string) => `${JSON.stringify({ picture, from })}\n`

async function read(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const lines = text.split('\n')
  const known = new Map<string, string>()
  for (const line of lines) {
    const { picture, from } = parsed(line)
    if (typeof picture === 'string' && typeof from === 'string') known.set(picture, from)
  }
  // One line a picture, the last of them whole: what is appended begins a line of its own.
  if (text !== '' && lines.length !== known.size + 1)
    await writeWhole(path, Buffer.from([...known].map(([picture, from]) => lineOf(picture, from)).join('')))
  return known
}

function parsed(line: string): { picture?: unknown; from?: unknown } {
  try {
    return Object(JSON.parse(line)) as object
  } catch {
    return {}
  }
}

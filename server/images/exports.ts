/**
 * Files of whole pages and rooms (layers, flats, time-lapses, .nurie), each made in a process of its own that ends with it, one after the
 * other, so that no upload waits for them. They come as files on disk, not through this process's memory: a PSD of a large page is
 * 100 MB. Such a file has no name from its beginning on: whoever ends first, and however, nothing of it stays.
 *
 * A process that dies, hangs or outgrows its memory costs the one file. Only so many wait, and only so many are on their way to people;
 * more are refused, with a code that says to try again.
 */
import { randomUUID } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Refusal } from '../../shared/refusal.ts'
import { forkTypeScript, onceEnded } from '../child.ts'
import type { ExportJob, ExportReply } from './exportProcess.ts'

/** To be read, or destroyed: the file is there until then. `lacks`: what of the room would have made it too large. */
export type ExportFile = { bytes: number; stream: Readable; lacks?: 'making' }

export type Exports = {
  /** Rejects with a Refusal when too many wait, or the disk is full. */
  make(job: ExportJob): Promise<ExportFile>
  close(): Promise<void>
}

const HEAP_MB = 768
/** A PSD of 4096 x 4096 pixels in a hundred colors takes about 30 s of one slow core, a .nurie file of the fullest room 17 s. */
const JOB_MS = 90_000
const QUEUE = 8
/** Files that are being read by somebody, and how long that may take: they fill the disk. */
const OUT = 24
const READ_MS = 600_000

/** `entry`: the file of the process. */
export function openExports({
  entry = new URL('./exportProcess.ts', import.meta.url),
  jobMs = JOB_MS,
  readMs = READ_MS,
}: { entry?: URL; jobMs?: number; readMs?: number } = {}): Exports {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  const out = new Set<Readable>()
  let end: (() => void) | undefined
  let closed = false

  async function made(job: ExportJob): Promise<ExportFile> {
    if (closed) throw new Error('exports are closed')
    const file = await namelessFile()
    try {
      const lacks = await inProcess(job, file)
      const { size } = await file.stat()
      return { bytes: size, stream: streamOf(file), ...(lacks && { lacks }) }
    } catch (error) {
      await file.close()
      throw error
    }
  }

  function streamOf(file: FileHandle): Readable {
    const stream = file.createReadStream({ start: 0 })
    const timer = setTimeout(() => stream.destroy(), readMs).unref()
    out.add(stream)
    stream.once('close', () => {
      clearTimeout(timer)
      out.delete(stream)
    })
    return stream
  }

  function inProcess(job: ExportJob, file: FileHandle): Promise<ExportFile['lacks']> {
    const child = forkTypeScript(entry, HEAP_MB, { file: file.fd })
    return new Promise((resolve, reject) => {
      // One that could not be started never ends.
      child.once('error', reject)
      const kill = () => child.kill('SIGKILL')
      const timer = setTimeout(kill, jobMs)
      end = kill
      let reply: ExportReply | undefined
      child.once('message', (said: ExportReply) => {
        reply = said
        kill()
      })
      onceEnded(child, (how) => {
        clearTimeout(timer)
        end = undefined
        if (reply?.state === 'made') resolve(reply.lacks)
        else if (reply?.state === 'disk-full') reject(new Refusal('too-busy'))
        else reject(new Error(`export process: ${reply?.message ?? `it ended with ${how}`}`))
      })
      child.send(job)
    })
  }

  return {
    async make(job) {
      if (closed) throw new Error('exports are closed')
      if (waiting > QUEUE || waiting + out.size > OUT) throw new Refusal('too-busy')
      waiting++
      const turn = last.then(() => made(job))
      last = turn.catch(() => {})
      return turn.finally(() => waiting--)
    },
    async close() {
      closed = true
      end?.()
      await last
      for (const stream of out) stream.destroy()
    },
  }
}

/** An open file that has lost its name. */
async function namelessFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `nurie-export-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await rm(path)
  return file
}

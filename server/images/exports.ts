/**
 * Files of whole pages (layers, flats, time-lapses), each made in a process of its own that ends with it, one after the other. They come as
 * files on disk, not through this process's memory: a PSD of a large page is 100 MB.
 *
 * A process that dies, hangs or outgrows its memory costs the one file. Only so many wait; more are refused, with a code that says to
 * try again.
 */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Refusal } from '../../shared/refusal.ts'
import { forkTypeScript, onceEnded } from '../child.ts'
import type { ExportJob, ExportReply } from './exportProcess.ts'

/** To be read, or destroyed: the file is there until then. */
export type ExportFile = { bytes: number; stream: Readable }

export type Exports = {
  /** Rejects with a Refusal when too many wait. */
  make(job: ExportJob): Promise<ExportFile>
  close(): Promise<void>
}

const HEAP_MB = 768
/** A PSD of 4096 x 4096 pixels in a hundred colors takes about 30 s of one slow core. */
const JOB_MS = 90_000
const QUEUE = 8

/** `entry`: the file of the process. */
export function openExports({
  entry = new URL('./exportProcess.ts', import.meta.url),
  jobMs = JOB_MS,
}: { entry?: URL; jobMs?: number } = {}): Exports {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let end: (() => void) | undefined
  let closed = false

  async function made(job: ExportJob, folder: string): Promise<ExportFile> {
    const file = join(folder, 'export')
    await inProcess(job, file)
    const { size } = await stat(file)
    const stream = createReadStream(file)
    stream.once('close', () => void rm(folder, { recursive: true, force: true }))
    return { bytes: size, stream }
  }

  function inProcess(job: ExportJob, file: string): Promise<void> {
    const child = forkTypeScript(entry, HEAP_MB)
    return new Promise((resolve, reject) => {
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
        if (reply?.state === 'made') resolve()
        else reject(new Error(`export process: ${reply?.message ?? `it ended with ${how}`}`))
      })
      child.send({ job, file })
    })
  }

  return {
    async make(job) {
      if (closed) throw new Error('exports are closed')
      if (waiting > QUEUE) throw new Refusal('too-busy')
      waiting++
      const turn = last.then(async () => {
        if (closed) throw new Error('exports are closed')
        const folder = await mkdtemp(join(tmpdir(), 'nurie-export-'))
        try {
          return await made(job, folder)
        } catch (error) {
          await rm(folder, { recursive: true, force: true })
          throw error
        }
      })
      last = turn.catch(() => {})
      return turn.finally(() => waiting--)
    },
    async close() {
      closed = true
      end?.()
      await last
    },
  }
}

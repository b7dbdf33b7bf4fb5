/** One picture on its way in, opened and cleaned in a worker of its own. Whoever opens it closes it. */
import type { ImportAnswers, ImportReply, ImportTask } from './importing.worker.ts'

/** The browser cannot open the picture. */
export class CannotOpen extends Error {}

export type Importer = {
  ask<Kind extends ImportTask['task']>(task: ImportTask & { task: Kind }): Promise<ImportAnswers[Kind]>
  /** Ends what is under way; nothing that was asked is answered any more. */
  close(): void
}

export function openImporter(): Importer {
  const worker = new Worker(new URL('./importing.worker.ts', import.meta.url), { type: 'module' })
  const waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = []
  worker.onmessage = ({ data }: MessageEvent<ImportReply>) => {
    const first = waiting.shift()!
    if ('done' in data) first.resolve(data.done as never)
    else first.reject(new CannotOpen())
  }
  // Out of memory, or the worker's code did not come.
  worker.onerror = () => {
    for (const { reject } of waiting.splice(0)) reject(new CannotOpen())
  }
  return {
    ask(task) {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        worker.postMessage(task)
      })
    },
    close: () => worker.terminate(),
  }
}

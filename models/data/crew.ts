/**
 * A few processes that judge and draw pictures, so that a build uses every core and survives a drawing that takes its
 * renderer down: the process is replaced, what it worked on is tried once more, and what ends a process twice is answered
 * with null. Rejects only when no process can be started at all. `inOrder` keeps the answers in order.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import type { Picture } from './picture.ts'
import type { EncodedTile, Judgement } from './pictureWork.ts'
import type { Answer, Job } from './pictureWorker.ts'

export interface Crew {
  judge: (picture: Picture) => Promise<Judgement | null>
  draw: (picture: Picture) => Promise<EncodedTile | null>
  /** How many pictures keep all of the crew busy. */
  atOnce: number
  close: () => void
}

/** Two in each process: one is decoded while the other's answer is on its way. */
const jobsEach = 2
const mostTries = 2
const workerFile = fileURLToPath(new URL('./pictureWorker.ts', import.meta.url))
const forkWorker = (): ChildProcess => fork(workerFile, { serialization: 'advanced' })

interface Task {
  job: Job
  tries: number
  answer: (result: unknown) => void
  fail: (error: Error) => void
}

interface Worker {
  process: ChildProcess
  state: 'starting' | 'ready' | 'gone'
  tasks: Map<number, Task>
}

export function hireCrew(size: number, start = forkWorker): Crew {
  let lastId = 0
  let closed = false
  const workers: Worker[] = Array.from({ length: size }, hire)

  function hire(): Worker {
    const worker: Worker = { process: start(), state: 'starting', tasks: new Map() }
    worker.process.on('message', (message: Answer) => {
      worker.state = 'ready'
      if (message === 'ready') return
      worker.tasks.get(message.id)?.answer(message.result)
      worker.tasks.delete(message.id)
    })
    worker.process.on('exit', () => {
      const couldStart = worker.state === 'ready'
      worker.state = 'gone'
      for (const task of worker.tasks.values()) {
        if (!couldStart) task.fail(new Error('The processes that draw the pictures cannot be started.'))
        else if (task.tries < mostTries && !closed) give(task)
        else task.answer(null)
      }
    })
    return worker
  }

  function give(task: Task): void {
    for (const [i, worker] of workers.entries()) if (worker.state === 'gone') workers[i] = hire()
    const idlest = workers.reduce((best, other) => (other.tasks.size < best.tasks.size ? other : best))
    task.tries++
    idlest.tasks.set(task.job.id, task)
    // A process that is just ending cannot be told: its exit gives the task to another.
    idlest.process.send(task.job, () => undefined)
  }

  function ask(step: Job['step'], picture: Picture): Promise<unknown> {
    return new Promise((answer, fail) =>
      give({ job: { id: ++lastId, step, picture }, tries: 0, answer, fail }),
    )
  }

  return {
    judge: (picture) => ask('judge', picture) as Promise<Judgement | null>,
    draw: (picture) => ask('draw', picture) as Promise<EncodedTile | null>,
    atOnce: size * jobsEach,
    close() {
      closed = true
      for (const { process } of workers) if (process.connected) process.disconnect()
    },
  }
}

/** Works on `ahead` items at once and hands the results on one after the other, in the items' order. */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  ahead: number,
  work: (item: Item) => Promise<Result>,
  handle: (item: Item, result: Result) => Promise<void> | void,
): Promise<void> {
  const running: { item: Item; result: Promise<Result> }[] = []
  let next = 0
  while (next < items.length || running.length > 0) {
    while (running.length < ahead && next < items.length) {
      const item = items[next++]!
      const result = work(item)
      // Awaited below in its turn; until then a rejection has an owner here.
      result.catch(() => undefined)
      running.push({ item, result })
    }
    const { item, result } = running.shift()!
    await handle(item, await result)
  }
}

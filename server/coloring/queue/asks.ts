/**
 * Questions that servers ask workers without a room's turn, and their answers, in Redis: each a hash with a short life, its bytes in
 * fields of their own, deleted once it was read. A question stays until it is answered, so that the next worker finds it when the first
 * one ends in the middle.
 */
import { randomUUID } from 'node:crypto'
import type { Bus } from '../../cluster/bus.ts'
import type { Redis } from '../../cluster/redis.ts'
import type { EncodedPatch, FinishRefusal, Once, Place } from '../colorist.ts'
import type { Layer, MakingPictures } from '../coloring.ts'
import type { RgbPicture } from '../../../shared/picture.ts'
import { joinBytes, splitBytes } from './bytesApart.ts'
import type { RoomQueue } from './roomQueue.ts'

/** What can be asked, and what is answered. */
export type Asks = {
  layer: { asked: { room: string }; answer: Layer | null }
  finish: { asked: { room: string; place: Place }; answer: EncodedPatch | FinishRefusal }
  once: { asked: { line: Uint8Array; how: Once }; answer: Omit<Layer, 'revision'> }
  past: {
    asked: { line: Uint8Array; document: Uint8Array; finished: readonly EncodedPatch[] }
    answer: RgbPicture
  }
  making: {
    asked: { line: Uint8Array; making: Uint8Array; finished: readonly EncodedPatch[] }
    answer: MakingPictures
  }
}
export type AskKind = keyof Asks
export type Question = { [Kind in AskKind]: { kind: Kind } & Asks[Kind]['asked'] }[AskKind]
type Answer = { answer: unknown } | { failed: string }

/** The longest that an answer is waited for, and that an answer waits. */
const ASK_MS = 120_000
const ANSWER_MS = 30_000
/** How often an answer is looked for whose message was lost. */
const LOOK_MS = 1_000

export function openAsks(redis: Redis, coloring: string) {
  const askKey = (id: string) => `nurie:${coloring}:ask:${id}`
  const answerKey = (id: string) => `nurie:${coloring}:answer:${id}`

  async function write(key: string, value: unknown, ms: number, instead?: string): Promise<void> {
    const { text, bytes } = splitBytes(value)
    const fields = new Map<string, string | Buffer>([['text', text]])
    bytes.forEach((each, i) => fields.set(String(i), Buffer.from(each.buffer, each.byteOffset, each.length)))
    const step = redis.multi().hset(key, fields).pexpire(key, ms)
    await (instead === undefined ? step : step.del(instead)).exec()
  }

  async function read(key: string): Promise<unknown> {
    const { text, ...bytes } = await redis.hgetallBuffer(key)
    return text && joinBytes(text.toString(), (i) => new Uint8Array(bytes[i]!))
  }

  async function taken(id: string): Promise<Answer | undefined> {
    const answer = (await read(answerKey(id))) as Answer | undefined
    if (answer) await redis.del(answerKey(id))
    return answer
  }

  return {
    /** Rejects when it failed, was lost or takes too long, when `signal` gives up, or there is no Redis. */
    async ask<Kind extends AskKind>(
      { bus, queue, signal }: { bus: Bus; queue: Pick<RoomQueue, 'ask'>; signal: AbortSignal },
      kind: Kind,
      asked: Asks[Kind]['asked'],
    ): Promise<Asks[Kind]['answer']> {
      signal.throwIfAborted()
      const id = randomUUID()
      const until = performance.now() + ASK_MS
      let wake = () => {}
      const stop = bus.listen(id, 'answer', () => wake())
      const awake = () => wake()
      signal.addEventListener('abort', awake)
      try {
        await write(askKey(id), { kind, ...asked }, ASK_MS)
        await queue.ask(id)
        for (;;) {
          const woken = new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, LOOK_MS)
            wake = () => {
              clearTimeout(timer)
              resolve()
            }
          })
          const isThere = await redis.exists(askKey(id))
          const answer = await taken(id)
          if (answer && 'failed' in answer) throw new Error(answer.failed)
          if (answer) return answer.answer as Asks[Kind]['answer']
          if (!isThere) throw new Error('the question was lost')
          if (performance.now() > until) throw new Error('no worker answered')
          await woken
          signal.throwIfAborted()
        }
      } finally {
        stop()
        signal.removeEventListener('abort', awake)
        void redis.del(askKey(id)).catch(() => {})
      }
    },

    /** Undefined when nobody waits for it any more. */
    question: async (id: string) => (await read(askKey(id))) as Question | undefined,
    async answer(bus: Bus, id: string, answer: Answer): Promise<void> {
      if (!(await redis.exists(askKey(id)))) return
      await write(answerKey(id), answer, ANSWER_MS, askKey(id))
      bus.tell(id, 'answer', {})
    },
  }
}

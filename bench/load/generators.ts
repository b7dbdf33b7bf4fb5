/** Several processes of people, driven together: they begin at the same moment, and what they counted is one sum. */
import type { ChildProcess } from 'node:child_process'
import { forkTypeScript } from '../../server/child.ts'
import type { Counted, FromGenerator, Place, ToGenerator } from './generator.ts'
import type { WireName } from './wire.ts'
import { now, paintersOf, type Workload } from './workload.ts'

const HEAP_MB = 1024
/** From the word to the beginning: enough to reach everybody. */
const AHEAD_MS = 300
/** Rooms of each generator in which a stock client looks on. */
const STOCK = 4
/** Connecting at a time, in each generator. */
const AT_ONCE = 40

/** How long each took to have the document, and the fewest strokes that anybody found there. */
export type Joined = { ms: number[]; found: number }

export type Generators = {
  /** Connects people to their places, some at a time unless told otherwise. */
  join(load: Workload, protocol: WireName, places: readonly Place[], atOnce?: number): Promise<Joined>
  /** Draws what was joined for; `begun` is called when it begins, `ended` when it ends. */
  draw(load: Workload, hooks?: { begun(): void; ended(): void }): Promise<Counted>
  leave(): Promise<void>
  close(): void
}

export function openGenerators(count: number): Generators {
  const children = Array.from({ length: count }, () =>
    forkTypeScript(new URL('./generator.ts', import.meta.url), HEAP_MB),
  )
  let number = 0

  return {
    async join(load, protocol, places, atOnce = AT_ONCE) {
      number++
      const parts = children.map((_, i) => places.filter((_, room) => room % count === i))
      let first = 0
      const joined = await Promise.all(
        children.map((child, i) => {
          const message = { kind: 'join', protocol, load, number, first, stock: STOCK, atOnce } as const
          first += parts[i]!.length * paintersOf(load)
          return ask(child, { ...message, places: parts[i]! }, 'joined')
        }),
      )
      return {
        ms: joined.flatMap(({ ms }) => ms),
        found: Math.min(...joined.map(({ found }) => found)),
      }
    },
    async draw(load, hooks) {
      const at = now() + AHEAD_MS
      const all = children.map((child) => ask(child, { kind: 'go', at }, 'counted'))
      await pause(AHEAD_MS)
      hooks?.begun()
      await pause(1000 * load.seconds)
      hooks?.ended()
      const counted = await Promise.all(all)
      return sum(counted.map((each) => each.counted))
    },
    async leave() {
      await Promise.all(children.map((child) => ask(child, { kind: 'leave' }, 'left')))
    },
    close() {
      for (const child of children) child.kill()
    },
  }
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

type Answer<Kind> = Extract<FromGenerator, { kind: Kind }>

function ask<Kind extends FromGenerator['kind']>(
  child: ChildProcess,
  message: ToGenerator,
  kind: Kind,
): Promise<Answer<Kind>> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('a generator ended'))
    child.once('exit', ended)
    child.once('message', (answer: FromGenerator) => {
      child.off('exit', ended)
      if (answer.kind === kind) resolve(answer as Answer<Kind>)
      else reject(new Error(answer.kind === 'failed' ? answer.message : `unexpected ${answer.kind}`))
    })
    child.send(message)
  })
}

function sum(parts: readonly Counted[]): Counted {
  const total = (of: (part: Counted) => number) => parts.reduce((all, part) => all + of(part), 0)
  const worst = (of: (part: Counted) => number) => Math.max(...parts.map(of))
  const refusals: Record<string, number> = {}
  for (const part of parts) {
    for (const [code, times] of Object.entries(part.refusals)) refusals[code] = (refusals[code] ?? 0) + times
  }
  return {
    toOthers: parts.flatMap((part) => part.toOthers),
    toStock: parts.flatMap((part) => part.toStock),
    toSaved: parts.flatMap((part) => part.toSaved),
    toLive: parts.flatMap((part) => part.toLive),
    due: total((part) => part.due),
    lost: total((part) => part.lost),
    repeated: total((part) => part.repeated),
    doubled: total((part) => part.doubled),
    refusals,
    frames: {
      draft: total((part) => part.frames.draft),
      refined: total((part) => part.frames.refined),
      bytes: total((part) => part.frames.bytes),
    },
    bytes: { received: total((part) => part.bytes.received), sent: total((part) => part.bytes.sent) },
    loopP99: worst((part) => part.loopP99),
    lateP99: worst((part) => part.lateP99),
  }
}

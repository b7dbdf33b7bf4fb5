/**
 * Keeps a colorist process: starts it, asks it, watches it, and replaces it when it is gone, however that happened (killed, hung,
 * out of memory, unable to start).
 *
 * A colorist answers what it is asked one after the other, so the watchdog watches the oldest question only: what waits behind it
 * does not hang. Everything asked of a colorist that is gone rejects. Pauses between colorists grow until one has answered, and
 * why one was lost is logged when it is news. An engine that fails gives way to the next one (engineLadder.ts). Knows no room.
 */
import type { ChildProcess } from 'node:child_process'
import { forkTypeScript, onceEnded } from '../child.ts'
import type { EngineName } from '../../models/engines/engine.ts'
import type { FromColorist, ToColorist } from './colorist.ts'
import { engineLadder, type EngineLadder } from './engineLadder.ts'

export type EngineInfo = { engine: string; device: string; models: { name: string; sha256: string }[] }

export type Log = Record<'info' | 'warn', (fields: object, text: string) => void>

export type KeeperOptions = {
  /** The file of the colorist process. */
  entry: URL
  /** Best first; there is no colorist before they are known. Never rejects. */
  engines: Promise<readonly EngineName[]>
  threads: number
  log: Log
  /** A colorist is there, and knows nothing yet. */
  onReady(): void
  /** There is none any more. Called before what was asked of it rejects. */
  onLost(): void
  /** A question was answered, and whoever asked has heard it. */
  onAnswered(): void
}

type Kind = Exclude<FromColorist['kind'], 'ready' | 'unfit' | 'failed'>
type Answer<K extends Kind> = Extract<FromColorist, { kind: K }>
/** `signal` calls the question off; the colorist answers it all the same. `isLong`: takes longer than those measured so far. */
type How = { signal?: AbortSignal; isLong?: boolean }
type Question = { isLong: boolean; resolve: (answer: FromColorist) => void; reject: (error: Error) => void }

type Running = {
  state: 'starting' | 'ready'
  child: ChildProcess
  ladder: EngineLadder
  /** Why it ends, and whether its engine is to blame, once that is known. */
  reason?: string
  isEngineAtFault?: boolean
}
type State = { state: 'choosing' } | Running | { state: 'gone'; retry: NodeJS.Timeout } | { state: 'closed' }

const HEAP_MB = 512
/** A question that takes this many times the slowest so far hangs, but not before a few seconds, and surely after many. */
const SLOWER = 8
const LEAST_PATIENCE_MS = 4_000
const MOST_PATIENCE_MS = 20_000
/** It may be this process that stood still: what came meanwhile is heard before a colorist is ended. */
const HEARING_MS = 250
const START_MS = 60_000
const FIRST_PAUSE_MS = 200
const LAST_PAUSE_MS = 10_000

export type Keeper = ReturnType<typeof keepColorist>

export function keepColorist({ entry, engines, threads, log, onReady, onLost, onAnswered }: KeeperOptions) {
  const questions = new Map<number, Question>()
  let info: EngineInfo = { engine: 'none', device: 'none', models: [] }
  let current: State = { state: 'choosing' }
  let lastId = 0
  let pause = FIRST_PAUSE_MS
  let watchdog: NodeJS.Timeout | undefined
  let oldestSince = 0
  let slowest = 0
  let lastReason: string | undefined

  void engines.then((known) => {
    if (current.state === 'choosing') current = start(engineLadder(known))
  })

  function start(ladder: EngineLadder): Running {
    const child = forkTypeScript(entry, HEAP_MB, { args: [ladder.current(), String(threads)] })
    const state: Running = { state: 'starting', child, ladder }
    const hangs = setTimeout(() => {
      const late = `the engine ${ladder.current()} was not ready after ${START_MS / 1000} s`
      state.reason = `${late}; NURIE_ENGINE=auto takes the fastest there is`
      child.kill('SIGKILL')
    }, START_MS).unref()
    child.on('message', (said: FromColorist) => {
      if (current !== state) return
      if (said.kind === 'unfit') Object.assign(state, { reason: said.reason, isEngineAtFault: said.isEngine })
      else if (said.kind === 'ready') {
        clearTimeout(hangs)
        ready(state, said)
      } else if (said.kind === 'failed' && said.isEngine && ladder.hasNext())
        engineFailed(state, said.message)
      else answered(said, ladder)
    })
    onceEnded(child, (how) => {
      clearTimeout(hangs)
      if (current === state) lost(state, state.reason ?? `it ended with ${how}`)
    })
    return state
  }

  function ready(state: Running, { engine, device, models }: EngineInfo): void {
    state.state = 'ready'
    info = { engine, device, models }
    lastReason = undefined
    log.info({ engine, device }, 'the colorist is ready')
    onReady()
  }

  /** What was asked of it rejects when it is gone, and is asked again of the next engine's colorist. */
  function engineFailed(state: Running, why: string): void {
    Object.assign(state, {
      reason: `the engine ${state.ladder.current()} failed: ${why}`,
      isEngineAtFault: true,
    })
    state.child.kill('SIGKILL')
  }

  function answered(answer: Extract<FromColorist, { id: number }>, ladder: EngineLadder): void {
    const question = questions.get(answer.id)
    questions.delete(answer.id)
    if (question && !question.isLong) slowest = Math.max(slowest, performance.now() - oldestSince)
    watch()
    if (answer.kind === 'failed') return question?.reject(new Error(answer.message))
    pause = FIRST_PAUSE_MS
    ladder.answered()
    question?.resolve(answer)
  }

  /** Watches the question that is the oldest from now on. */
  function watch(): void {
    clearTimeout(watchdog)
    const [oldest] = questions.values()
    if (!oldest) return
    oldestSince = performance.now()
    const measured = Math.min(MOST_PATIENCE_MS, Math.max(LEAST_PATIENCE_MS, SLOWER * slowest))
    const patience = oldest.isLong ? MOST_PATIENCE_MS : measured
    watchdog = setTimeout(() => (watchdog = setTimeout(() => end(patience), HEARING_MS)), patience)
  }

  function end(patience: number): void {
    if (current.state !== 'ready') return
    current.reason = `it did not answer for ${Math.round(patience)} ms`
    current.child.kill('SIGKILL')
  }

  function lost({ ladder, isEngineAtFault }: Running, reason: string): void {
    const next = ladder.died(isEngineAtFault)
    if (next) pause = FIRST_PAUSE_MS
    const then = next ? `; the engine ${next} takes over` : ''
    if (next || reason !== lastReason) {
      log.warn({ reason, pause }, `there is no coloring for a while: ${reason}${then}`)
    }
    lastReason = reason
    current = { state: 'gone', retry: setTimeout(() => (current = start(ladder)), pause).unref() }
    pause = Math.min(LAST_PAUSE_MS, pause * 2)
    onLost()
    forsake('the colorist is gone')
  }

  function forsake(why: string): void {
    clearTimeout(watchdog)
    const forsaken = [...questions.values()]
    questions.clear()
    for (const { reject } of forsaken) reject(new Error(why))
  }

  /** Tells the colorist something that has no answer; nobody hears it when there is none. */
  function send(message: ToColorist): void {
    if (current.state === 'ready') current.child.send(message)
  }

  return {
    /** Of the newest colorist that was ready. */
    info: () => info,
    isReady: () => current.state === 'ready',
    isAsked: () => questions.size > 0,
    send,

    /** Rejects when there is no colorist, when it failed at this, or when it is lost before it answers. */
    async ask<K extends Kind>(
      kind: K,
      message: (id: number) => ToColorist,
      how: How = {},
    ): Promise<Answer<K>> {
      if (current.state !== 'ready') throw new Error('the colorist is not ready')
      const { signal, isLong = false } = how
      const id = ++lastId
      const cancel = () => send({ kind: 'cancel', run: id })
      signal?.addEventListener('abort', cancel)
      try {
        const answer = await new Promise<FromColorist>((resolve, reject) => {
          questions.set(id, { isLong, resolve, reject })
          send(message(id))
          if (questions.size === 1) watch()
        })
        if (answer.kind !== kind) throw new Error(`the colorist answered ${answer.kind} to ${kind}`)
        return answer as Answer<K>
      } finally {
        signal?.removeEventListener('abort', cancel)
        setImmediate(onAnswered)
      }
    },

    /** Ends the colorist, and there is none after it. */
    async close(): Promise<void> {
      const closing = current
      current = { state: 'closed' }
      forsake('coloring is closed')
      if (closing.state === 'gone') clearTimeout(closing.retry)
      if (!('child' in closing)) return
      const { child } = closing
      if (child.exitCode !== null || child.signalCode !== null) return
      await new Promise((resolve) => {
        child.once('exit', resolve)
        child.kill('SIGKILL')
      })
    },
  }
}

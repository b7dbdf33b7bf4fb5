/**
 * Plays the making of the room's page on the given canvases: strokes as they came, colored by the hint map as they are while painting,
 * and at the end the page's picture of today. Lives as long as the component that calls it.
 */
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { decodeMaking } from '../../shared/making.ts'
import type { SentHeader } from '../../shared/protocol.ts'
import type { Size } from '../../shared/workSize.ts'
import { Frames } from '../canvas/frames.ts'
import { closeLineArt, decodeLineArt } from '../canvas/lineArt.ts'
import { Pace } from '../../shared/pace.ts'
import { Preview } from '../canvas/preview.ts'
import { readReel, Reel } from '../../shared/reel.ts'
import { Scene, type Canvases } from '../canvas/scene.ts'
import { fitView } from '../canvas/view.ts'
import type { RoomConnection } from '../connection.ts'
import { pageMaking } from '../api/pageHistory.ts'
import { problemText } from '../i18n/refusalText.ts'

export const speeds = [1, 2, 4] as const
export type Speed = (typeof speeds)[number]

const EDGE = { left: 0, right: 0, top: 0, bottom: 0 }
/** Of the picture at the end, the only one there is. */
const LAST: SentHeader = {
  revision: 1,
  stage: 'refined',
  width: 0,
  height: 0,
  ms: 0,
  engine: '',
  covers: { clock: {}, live: {}, lifted: [] },
}

export function useReplay(connection: RoomConnection, canvases: () => Canvases) {
  const reel = shallowRef(new Reel([]))
  const pace = computed(
    () => new Pace(Array.from({ length: reel.value.length }, (_, i) => reel.value.at(i + 1)!)),
  )
  const state = shallowRef<'loading' | 'ready' | 'failed'>('loading')
  const problem = shallowRef('')
  const step = shallowRef(0)
  const isPlaying = shallowRef(false)
  const speed = shallowRef<Speed>(1)
  const isAtEnd = computed(() => step.value === reel.value.length)
  const frames = new Frames()
  const screen = shallowRef<Size>({ width: 1, height: 1 })
  let scene: Scene | undefined
  let preview: Preview | undefined
  let picture: Uint8Array<ArrayBuffer> | undefined
  let time = 0
  let request = 0
  let isEnded = false

  const shown = () => reel.value.strokes(step.value)

  function draw(): void {
    scene?.hinted()
    preview?.refresh()
    // The picture of today lies over the last step, without the hints that it was made of.
    const isFinished = isAtEnd.value && picture !== undefined
    scene?.choose({ colors: 'refined', comparison: null, color: true, hints: !isFinished, strength: 1 })
    if (!isFinished) frames.close()
    else void frames.take(LAST, picture!).then(() => scene?.colored())
  }

  /** From one display frame to the next. */
  function tick(last: number): void {
    request = requestAnimationFrame((now) => {
      time = Math.min(pace.value.length, time + (now - last) * speed.value)
      const next = pace.value.stepAt(time)
      if (next !== step.value) {
        step.value = next
        draw()
      }
      if (isAtEnd.value) isPlaying.value = false
      if (isPlaying.value) tick(now)
    })
  }

  watch(isPlaying, (plays) => {
    cancelAnimationFrame(request)
    if (plays) tick(performance.now())
  })

  function seek(to: number): void {
    step.value = Math.min(reel.value.length, Math.max(0, to))
    time = pace.value.startOf(step.value)
    draw()
  }

  function toggle(): void {
    if (!isPlaying.value && isAtEnd.value) seek(0)
    isPlaying.value = !isPlaying.value && reel.value.length > 0
  }

  function fit(): void {
    if (!scene) return
    scene.look(fitView(scene.page, screen.value, EDGE))
    scene.resize(screen.value)
  }
  watch(screen, fit)

  async function start(): Promise<void> {
    const [making, line, last] = await Promise.all([
      pageMaking(connection),
      connection.file('line.png'),
      // Before the first picture there is none to end with.
      connection.file('frame').catch(() => undefined),
    ])
    const [read, art] = await Promise.all([
      readReel(decodeMaking(making), () => new Promise((resolve) => setTimeout(resolve))),
      decodeLineArt(line),
    ])
    if (isEnded) return closeLineArt(art)
    picture = last && new Uint8Array(await last.arrayBuffer())
    reel.value = read
    preview = new Preview(art, {
      unseen: () => ({ framed: [], painted: shown() }),
      changed: () => scene?.previewed(),
    })
    const over = () => (isAtEnd.value && picture ? null : (preview?.shown ?? null))
    scene = new Scene(canvases(), art, frames, { committed: shown, wet: () => [], preview: over })
    fit()
    state.value = 'ready'
    const moves = !matchMedia('(prefers-reduced-motion: reduce)').matches
    seek(moves ? 0 : read.length)
    isPlaying.value = moves && read.length > 0
  }
  start().catch((failure: unknown) => {
    problem.value = problemText(failure)
    state.value = 'failed'
  })

  onScopeDispose(() => {
    isEnded = true
    cancelAnimationFrame(request)
    frames.close()
    preview?.close()
    scene?.close()
  })

  return { reel, state, problem, step, isPlaying, isAtEnd, speed, screen, seek, toggle }
}

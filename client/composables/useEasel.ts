/**
 * Puts the page on the easel: line art, frames, everybody's strokes and this person's hand, on the given canvases. Lives as
 * long as the component that calls it.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type * as Y from 'yjs'
import type { LiveChunk, LiveEnd, SentHeader } from '../../shared/protocol.ts'
import { paletteOf, StrokeReader, strokesOf, type Stroke } from '../../shared/strokes.ts'
import { Crispen } from '../canvas/crispen.ts'
import { Frames } from '../canvas/frames.ts'
import { Preview } from '../canvas/preview.ts'
import { UnseenStrokes } from '../canvas/unseen.ts'
import type { WetStroke } from '../canvas/hintLayer.ts'
import { decodeLineArt } from '../canvas/lineArt.ts'
import { Scene, type Canvases } from '../canvas/scene.ts'
import { TipLayer } from '../canvas/tipLayer.ts'
import type { Point } from '../canvas/view.ts'
import { ChunkCounts } from '../chunkCounts.ts'
import type { RoomConnection } from '../connection.ts'
import { LiveStrokes } from '../liveStrokes.ts'
import { StrokeClocks } from '../strokeClocks.ts'
import { useNotices } from '../stores/notices.ts'
import { useRoom } from '../stores/room.ts'
import { useStudio } from '../stores/studio.ts'
import { useView } from '../stores/view.ts'
import { useHand } from './useHand.ts'

const SWEEP_MS = 1_000

/** The scene's canvases, and over the hints the one for the tip of the pen. */
type EaselCanvases = Canvases & { tip: HTMLCanvasElement }

const present = <Each>(each: Each | null): Each[] => (each ? [each] : [])

export function useEasel(connection: RoomConnection, canvases: () => EaselCanvases, origin: () => Point) {
  const room = useRoom()
  const studio = useStudio()
  const view = useView()
  const notices = useNotices()
  const ready = shallowRef(false)
  const unpainted = shallowRef(strokesOf(connection.doc).length === 0)
  const frames = new Frames()
  const ghosts = new LiveStrokes()
  const reader = new StrokeReader(connection.doc)
  const clocks = new StrokeClocks(connection.doc)
  const counts = new ChunkCounts()
  const unseen = new UnseenStrokes(clocks, counts)
  let scene: Scene | undefined
  let preview: Preview | undefined
  let crispen: Crispen | undefined
  let tipLayer: TipLayer | undefined
  /** Frames that came before the line art did, from the last whole on. */
  let early: { header: SentHeader; bytes: Uint8Array<ArrayBuffer> }[] = []
  /** Read when asked for, forgotten when the document changes. */
  let strokes: readonly Stroke[] | undefined

  const committed = () => (strokes ??= reader.read())

  /** Remembers how much of a stroke a chunk brings. */
  function count(message: LiveChunk | LiveEnd, stroke: WetStroke | null | undefined): void {
    if (!('end' in message) && stroke) counts.note(stroke.id, message.seq, stroke.points.length / 3)
  }

  function wetted(gone: boolean): void {
    scene?.wetted(gone)
    preview?.refresh()
  }

  function take(header: SentHeader, bytes: Uint8Array<ArrayBuffer>): void {
    const ready = () => (frames.leads(header, studio.colors) ? preview?.handOver(header.covers) : undefined)
    void frames.take(header, bytes, ready).then((taken) => {
      settle()
      if (!taken) return
      scene?.colored()
      if (crispen) crispen.take(header, bytes)
      else early = header.patch ? [...early, { header, bytes }] : [{ header, bytes }]
    })
  }

  /** The preview goes with the picture that is shown, which may not be the one that was handed over to. */
  function settle(): void {
    // Where no color is shown, the picture to come back to is not known yet.
    if (studio.colors !== 'lines') preview?.settle(frames.shown(studio.colors)?.covers)
  }

  const growing = () => [...ghosts.all, ...present(hand.growing())]

  const hand = useHand(connection, {
    isReady: () => ready.value,
    origin,
    colorAt: (place, from) => scene?.colorAt(place.x, place.y, from) ?? null,
    sendLive(message, stroke) {
      count(message, stroke)
      connection.sendLive(message)
    },
    changed: wetted,
    tipped: (tip) => tipLayer?.show(tip),
  })

  function strokesChanged(event: Y.YArrayEvent<unknown>): void {
    clocks.observe(event)
    for (const { insert } of event.delta) {
      if (Array.isArray(insert))
        ghosts.commit(insert.map((stroke: { id?: unknown } | null) => String(stroke?.id)))
    }
    unpainted.value = strokesOf(connection.doc).length === 0
    recolored()
  }
  function recolored(): void {
    strokes = undefined
    scene?.hinted()
    preview?.refresh()
  }
  strokesOf(connection.doc).observe(strokesChanged)
  paletteOf(connection.doc).observe(recolored)
  const stops = [
    connection.on('welcome', () => {
      frames.reset()
      if (ghosts.clear()) wetted(true)
    }),
    connection.on('frame', take),
    connection.on('live', (message) => {
      const change = ghosts.receive(message, performance.now())
      count(message, ghosts.of(message.stroke))
      if (change) wetted(change === 'gone')
    }),
  ]
  const sweep = setInterval(() => {
    if (ghosts.sweep(performance.now(), new Set(room.guests.map((guest) => guest.id)))) wetted(true)
  }, SWEEP_MS)

  const synced = new Promise<void>((resolve) => {
    if (connection.isSynced) resolve()
    else stops.push(connection.on('synced', resolve))
  })
  let ended = false
  async function start(): Promise<void> {
    const art = await decodeLineArt(await connection.file('line.png'))
    if (ended) return art.bitmap.close()
    const { tip, ...layers } = canvases()
    const shown = () => preview?.shown ?? null
    scene = new Scene(layers, art, frames, { committed, wet: growing, preview: shown })
    tipLayer = new TipLayer(tip, art.page)
    preview = new Preview(art, {
      unseen: (covers) => unseen.of(committed(), [...growing(), ...present(hand.shaping())], covers),
      changed: () => scene?.colored(),
    })
    settle()
    preview.refresh()
    crispen = new Crispen(art, (revision, bitmap) => {
      if (frames.sharpen(revision, bitmap)) scene?.colored()
    })
    for (const { header, bytes } of early) crispen.take(header, bytes)
    early = []
    studio.suit(Math.max(art.page.width, art.page.height))
    view.setPage(art.page)
    for (const each of [scene, tipLayer]) each.look(view.view)
    scene.choose(studio.colors, studio.hintsShown)
    for (const each of [scene, tipLayer]) each.resize(view.screen)
    await synced
    ready.value = !ended
  }
  start().catch((problem: Error) => notices.tell(problem.message))

  watch(
    () => view.view,
    (next) => [scene, tipLayer].forEach((each) => each?.look(next)),
    { flush: 'sync' },
  )
  watch(
    () => view.screen,
    (size) => [scene, tipLayer].forEach((each) => each?.resize(size)),
    { flush: 'sync' },
  )
  watch(
    () => [studio.colors, studio.hintsShown] as const,
    (choice) => {
      scene?.choose(...choice)
      settle()
    },
  )

  onScopeDispose(() => {
    ended = true
    clearInterval(sweep)
    for (const stop of stops) stop()
    strokesOf(connection.doc).unobserve(strokesChanged)
    paletteOf(connection.doc).unobserve(recolored)
    frames.close()
    preview?.close()
    crispen?.close()
    scene?.close()
    tipLayer?.close()
  })

  return { ready, unpainted, hand }
}

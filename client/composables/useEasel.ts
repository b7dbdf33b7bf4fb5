/**
 * Puts the page on the easel: line art, frames, everybody's strokes and this person's hand, on the given canvases. Lives as
 * long as the component that calls it.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type * as Y from 'yjs'
import type { LiveChunk, LiveEnd, SentHeader } from '../../shared/protocol.ts'
import { paletteOf, StrokeReader, strokesOf, type Stroke } from '../../shared/strokes.ts'
import { Brush, type Paint } from '../canvas/brush.ts'
import { Crispen } from '../canvas/crispen.ts'
import { fillStroke } from '../canvas/fillStroke.ts'
import { Frames } from '../canvas/frames.ts'
import { Preview } from '../canvas/preview.ts'
import { UnseenStrokes } from '../canvas/unseen.ts'
import { Gestures } from '../canvas/gestures.ts'
import type { WetStroke } from '../canvas/hintLayer.ts'
import { decodeLineArt } from '../canvas/lineArt.ts'
import { penSample, UNITS, type PointerLike } from '../canvas/pen.ts'
import { Scene, type Canvases } from '../canvas/scene.ts'
import type { Point } from '../canvas/view.ts'
import { ChunkCounts } from '../chunkCounts.ts'
import type { RoomConnection } from '../connection.ts'
import { handTool, type HandTool } from '../handTools.ts'
import { LiveStrokes } from '../liveStrokes.ts'
import { StrokeClocks } from '../strokeClocks.ts'
import { useComments } from '../stores/comments.ts'
import { useNotices } from '../stores/notices.ts'
import { usePings } from '../stores/pings.ts'
import { useRoom } from '../stores/room.ts'
import { useStudio } from '../stores/studio.ts'
import { useTogether } from '../stores/together.ts'
import { useView } from '../stores/view.ts'
import { useFinishedLayer } from './useFinishedLayer.ts'

/** At most 20 a second. */
const CURSOR_INTERVAL_MS = 55
const SWEEP_MS = 1_000

export function useEasel(connection: RoomConnection, canvases: () => Canvases, origin: () => Point) {
  const room = useRoom()
  const studio = useStudio()
  const together = useTogether()
  const pings = usePings()
  const view = useView()
  const notices = useNotices()
  const ready = shallowRef(false)
  const unpainted = shallowRef(strokesOf(connection.doc).length === 0)
  /** Where the pointer is over the canvas, for the brush's ring. */
  const pointer = shallowRef<Point | null>(null)
  const frames = new Frames()
  const ghosts = new LiveStrokes()
  const reader = new StrokeReader(connection.doc)
  const clocks = new StrokeClocks(connection.doc)
  const counts = new ChunkCounts()
  const unseen = new UnseenStrokes(clocks, counts)
  let scene: Scene | undefined
  let preview: Preview | undefined
  let crispen: Crispen | undefined
  /** Frames that came before the line art did, from the last whole on. */
  let early: { header: SentHeader; bytes: Uint8Array<ArrayBuffer> }[] = []
  /** Read when asked for, forgotten when the document changes. */
  let strokes: readonly Stroke[] | undefined
  let cursorSentAt = 0
  const comments = useComments()
  const finished = useFinishedLayer(connection, () => scene?.colored())

  const brush = new Brush({
    by: () => connection.session.guest.id,
    commit: (stroke) => connection.commit(stroke),
    sendLive(message) {
      count(message, brush.wet)
      connection.sendLive(message)
    },
    changed: wetted,
  })

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

  function wet(): WetStroke[] {
    return brush.wet ? [...ghosts.all, brush.wet] : [...ghosts.all]
  }

  const sample = (pointer: PointerLike) => penSample(pointer, view.view, origin())

  /** What is on the brush. */
  const dipped = () => ({ color: studio.color, ...(studio.swatch !== null && { swatch: studio.swatch }) })

  function fill({ x, y }: Point): void {
    const paint = { by: connection.session.guest.id, ...dipped() }
    const stroke = fillStroke({ x: Math.round(x * UNITS), y: Math.round(y * UNITS) }, view.page, paint)
    if (!stroke) return
    connection.commit(stroke)
    studio.used(studio.color)
  }

  function pick({ x, y }: Point): void {
    if (scene) studio.dip(scene.colorAt(x, y))
  }

  /** What a press of a tool that does not paint does at a place, in page pixels. */
  const presses: Partial<Record<HandTool, (place: Point) => void>> = {
    fill,
    eyedropper: pick,
    finish: finished.press,
    comment: comments.begin,
    ping: pings.point,
  }

  function press(at: PointerLike, eraserEnd: boolean): void {
    const tool = studio.activeTool
    if (!scene || !ready.value || (handTool(tool).paints && !room.paints)) return
    const place = sample(at)
    const act = eraserEnd ? undefined : presses[tool]
    if (act) return act({ x: place.x / UNITS, y: place.y / UNITS })
    const paint: Paint = {
      tool: tool === 'eraser' || eraserEnd ? 'erase' : 'brush',
      ...dipped(),
      size: studio.size,
    }
    if (paint.tool === 'brush') studio.used(studio.color)
    brush.press(paint, place)
  }

  function hover(at: PointerLike | null): void {
    const corner = origin()
    pointer.value = at && { x: at.clientX - corner.x, y: at.clientY - corner.y }
    const now = performance.now()
    if (!at || together.hidesCursor || now - cursorSentAt < CURSOR_INTERVAL_MS) return
    cursorSentAt = now
    const { x, y } = sample(at)
    connection.sendCursor({ x, y, tool: studio.activeTool })
  }

  const gestures = new Gestures({
    pans: () => studio.activeTool === 'hand' || (handTool(studio.activeTool).paints && !room.paints),
    press,
    draw: (samples) => brush.draw(samples.map(sample), view.view.scale),
    lift: () => brush.lift(),
    takeBack: () => brush.takeBack(),
    pan: view.pan,
    pinch: (before, after) => {
      const corner = origin()
      const local = ([a, b]: readonly [Point, Point]) =>
        [
          { x: a.x - corner.x, y: a.y - corner.y },
          { x: b.x - corner.x, y: b.y - corner.y },
        ] as const
      view.pinch(local(before), local(after))
    },
    hover,
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
    scene = new Scene(canvases(), art, frames, {
      committed,
      wet,
      preview: () => preview?.shown ?? null,
      finished: finished.picture,
    })
    finished.begin(art)
    preview = new Preview(art, {
      unseen: (covers) => unseen.of(committed(), wet(), covers),
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
    scene.look(view.view)
    scene.choose(studio.colors, studio.hintsShown)
    scene.resize(view.screen)
    await synced
    ready.value = !ended
  }
  start().catch((problem: Error) => notices.tell(problem.message))

  // A stroke under the pen when the page is locked would come to nobody.
  watch(
    () => room.paints,
    (paints) => paints || brush.takeBack(),
    { flush: 'sync' },
  )
  watch(
    () => view.view,
    (next) => scene?.look(next),
    { flush: 'sync' },
  )
  watch(
    () => view.screen,
    (size) => scene?.resize(size),
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
    brush.lift()
    frames.close()
    preview?.close()
    crispen?.close()
    scene?.close()
  })

  return { ready, unpainted, pointer, gestures, finished }
}

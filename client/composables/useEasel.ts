/**
 * Puts the page on the easel: line art, frames, everybody's strokes and this person's hand, on the given canvases. Lives as
 * long as the component that calls it.
 */
import { onScopeDispose, shallowRef, watch } from 'vue'
import type * as Y from 'yjs'
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import { paletteOf, StrokeReader, strokesOf, type Stroke } from '../../shared/strokes.ts'
import { closeLineArt, decodeLineArt } from '../canvas/lineArt.ts'
import { Scene, type Canvases } from '../canvas/scene.ts'
import { TipLayer } from '../canvas/tipLayer.ts'
import type { Point } from '../canvas/view.ts'
import type { WetStroke } from '../canvas/wetStroke.ts'
import { problemText } from '../i18n/refusalText.ts'
import { ChunkCounts } from '../live/chunkCounts.ts'
import type { RoomConnection } from '../connection.ts'
import { LiveStrokes } from '../live/liveStrokes.ts'
import { StrokeClocks } from '../live/strokeClocks.ts'
import { useLooks } from '../stores/looks.ts'
import { useNotices } from '../stores/notices.ts'
import { useRoom } from '../stores/room.ts'
import { useStudio } from '../stores/studio.ts'
import { useView } from '../stores/view.ts'
import { useColoring } from './useColoring.ts'
import { useFinishedLayer } from './useFinishedLayer.ts'
import { useHand } from './useHand.ts'
import { useRecentRoom } from './useRecentRoom.ts'
import { useRoomCopy } from './useRoomCopy.ts'

const SWEEP_MS = 1_000

/** The scene's canvases, and over the hints the one for the tip of the pen. */
type EaselCanvases = Canvases & { tip: HTMLCanvasElement }

const present = <Each>(each: Each | null): Each[] => (each ? [each] : [])

export function useEasel(connection: RoomConnection, canvases: () => EaselCanvases, origin: () => Point) {
  const room = useRoom()
  const studio = useStudio()
  const view = useView()
  const looks = useLooks()
  const notices = useNotices()
  const ready = shallowRef(false)
  const unpainted = shallowRef(strokesOf(connection.doc).length === 0)
  const ghosts = new LiveStrokes()
  const reader = new StrokeReader(connection.doc)
  const clocks = new StrokeClocks(connection.doc)
  const counts = new ChunkCounts()
  let scene: Scene | undefined
  let tipLayer: TipLayer | undefined
  /** Read when asked for, forgotten when the document changes. */
  let strokes: readonly Stroke[] | undefined

  const committed = () => (strokes ??= reader.read())

  /** Remembers how much of a stroke a chunk brings. */
  function count(message: LiveChunk | LiveEnd, stroke: WetStroke | null | undefined): void {
    if (!('end' in message) && stroke) counts.note(stroke.id, message.seq, stroke.points.length / 3)
  }

  function wetted(gone: boolean): void {
    scene?.wetted(gone)
    coloring.painted()
  }

  const wet = () => [...ghosts.all, ...present(hand.growing()), ...present(hand.shaping())]

  // Before the coloring: what it closes when the room is left is drawn once more.
  const recent = useRecentRoom(connection)
  const coloring = useColoring(connection, { committed, wet, clocks, counts })

  /** Hints that are to be seen: of nobody whose hints are hidden. */
  function seen(): readonly Stroke[] {
    const { hidden } = looks
    return hidden.size === 0 ? committed() : committed().filter(({ by }) => !hidden.has(by))
  }
  /** What only grows; the shape that changes is at the tip. */
  function seenWet(): WetStroke[] {
    const others = ghosts.all.filter(({ guest }) => !looks.hidden.has(guest))
    return [...others, ...present(hand.growing())]
  }

  const finished = useFinishedLayer(connection, () => scene?.colored())
  const hand = useHand(connection, {
    finish: finished.press,
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
    const isMine = event.transaction.local
    if (isMine && event.changes.deleted.size > 0) coloring.tookBack()
    recolored()
  }
  function recolored(): void {
    strokes = undefined
    scene?.hinted()
    coloring.painted()
  }
  strokesOf(connection.doc).observe(strokesChanged)
  paletteOf(connection.doc).observe(recolored)
  const stops = [
    connection.on('welcome', () => {
      if (ghosts.clear()) wetted(true)
    }),
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
  let png: Blob | undefined
  useRoomCopy(connection, { lineArt: () => png, picture: () => coloring.frames.shown('refined') })
  // Before the line art is there its size is known: what shows the zoom does not jump.
  view.setPage(connection.session.page)
  async function start(): Promise<void> {
    png = connection.kept?.lineArt ?? (await connection.file('line.png'))
    const art = await decodeLineArt(png)
    if (ended) return closeLineArt(art)
    const { frames, preview, flats } = coloring
    const { tip, ...layers } = canvases()
    const { picture } = finished
    scene = new Scene(layers, art, frames, {
      committed: seen,
      wet: seenWet,
      preview,
      flats,
      finished: picture,
      paints: () => hand.growing() !== null || hand.shaping() !== null,
    })
    tipLayer = new TipLayer(tip, art.page)
    coloring.begin(art, scene)
    recent.begin(art, frames)
    finished.begin(art)
    hand.filling.begin(art)
    studio.suit(Math.max(art.page.width, art.page.height))
    for (const each of [scene, tipLayer]) each.look(view.view)
    scene.choose(looks.sight)
    for (const each of [scene, tipLayer]) each.resize(view.screen)
    await synced
    ready.value = !ended
  }
  start().catch((problem: unknown) => notices.tell(problemText(problem)))

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
    () => looks.sight,
    (sight) => scene?.choose(sight),
    { flush: 'sync' },
  )
  watch(
    () => looks.hidden,
    () => scene?.hinted(),
  )

  onScopeDispose(() => {
    ended = true
    clearInterval(sweep)
    for (const stop of stops) stop()
    strokesOf(connection.doc).unobserve(strokesChanged)
    paletteOf(connection.doc).unobserve(recolored)
    scene?.close()
    tipLayer?.close()
  })

  return { ready, unpainted, hand, finished }
}

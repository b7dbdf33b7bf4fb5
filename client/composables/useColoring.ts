/**
 * The pictures of a room on one person's page: frames and what is made of them (sharper ones, flats), the preview of what they do not
 * show yet, and how fresh they are. Lives as long as the component that calls it.
 */
import { onScopeDispose, watch } from 'vue'
import type { SentHeader } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { Crispen } from '../canvas/crispen.ts'
import { Flats } from '../canvas/flats.ts'
import { Frames } from '../canvas/frames.ts'
import type { LineArt } from '../canvas/lineArt.ts'
import { slowestOf } from '../canvas/looks.ts'
import { Preview } from '../canvas/preview.ts'
import type { Scene } from '../canvas/scene.ts'
import { UnseenStrokes } from '../canvas/unseen.ts'
import type { WetStroke } from '../canvas/wetStroke.ts'
import type { ChunkCounts } from '../live/chunkCounts.ts'
import type { RoomConnection } from '../connection.ts'
import { FreshnessGauge } from '../live/freshness.ts'
import { useLooks } from '../stores/looks.ts'
import { useRoom } from '../stores/room.ts'
import type { StrokeClocks } from '../live/strokeClocks.ts'

export type Painted = {
  committed: () => readonly Stroke[]
  /** Strokes whose pens are down. */
  wet: () => readonly WetStroke[]
  clocks: StrokeClocks
  counts: ChunkCounts
}

export function useColoring(connection: RoomConnection, { committed, wet, clocks, counts }: Painted) {
  const room = useRoom()
  const looks = useLooks()
  const frames = new Frames()
  const unseen = new UnseenStrokes(clocks, counts)
  const gauge = new FreshnessGauge()
  let scene: Pick<Scene, 'colored' | 'previewed'> | undefined
  let preview: Preview | undefined
  let crispen: Crispen | undefined
  let flats: Flats | undefined
  /** Frames that came before the line art did, from the last whole on. */
  let early: { header: SentHeader; bytes: Uint8Array<ArrayBuffer> }[] = []

  /** The picture that the preview lies over. */
  function base() {
    const slowest = slowestOf(looks.sight)
    return (slowest === 'flats' ? flats?.shown : undefined) ?? frames.shown(slowest)
  }

  /** Whether a frame will be that picture. */
  function leads(header: SentHeader): boolean {
    const slowest = slowestOf(looks.sight)
    return slowest !== 'lines' && !(slowest === 'flats' && flats?.shown) && frames.leads(header, slowest)
  }

  function take(header: SentHeader, bytes: Uint8Array<ArrayBuffer>): void {
    const ready = () => (leads(header) ? preview?.handOver(header.covers) : undefined)
    void frames.take(header, bytes, ready).then((taken) => {
      settle()
      if (!taken) return
      scene?.colored()
      if (crispen) crispen.take(header, bytes)
      else early = header.patch ? [...early, { header, bytes }] : [{ header, bytes }]
      gauge.show(frames.shown('refined'))
      tell()
    })
  }

  /** The preview goes with the picture that is shown, which may not be the one that was handed over to. */
  function settle(): void {
    const slowest = slowestOf(looks.sight)
    // Where no color is shown, the picture to come back to is not known yet.
    if (slowest !== 'lines') preview?.settle(base()?.covers)
    if (slowest === 'flats') flats?.show(frames.shown('flats'))
    else flats?.rest()
  }

  function tell(): void {
    const covers = frames.shown('refined')?.covers
    gauge.paint(wet().length > 0, covers !== undefined && unseen.isWhole(committed(), covers))
    room.freshness = gauge.freshness
  }

  /** What is painted is something else. */
  function painted(): void {
    preview?.refresh()
    tell()
  }

  function begin(art: LineArt, drawn: Pick<Scene, 'colored' | 'previewed'>): void {
    scene = drawn
    preview = new Preview(art, {
      unseen: (covers) => unseen.of(committed(), wet(), covers),
      changed: () => scene?.previewed(),
    })
    crispen = new Crispen(art, (revision, bitmap) => {
      if (!frames.sharpen(revision, bitmap)) return
      scene?.colored()
    })
    flats = new Flats(art, {
      strokes: (covers) => unseen.shown(committed(), covers),
      ready: (covers) => (slowestOf(looks.sight) === 'flats' ? preview!.handOver(covers) : Promise.resolve()),
      changed: () => scene?.colored(),
    })
    settle()
    preview.refresh()
    for (const { header, bytes } of early) crispen.take(header, bytes)
    early = []
  }

  const stops = [
    connection.on('welcome', () => {
      frames.reset()
      gauge.reset()
      tell()
    }),
    connection.on('frame', take),
    connection.on('status', (status) => {
      gauge.hear(status)
      tell()
    }),
  ]
  watch(() => looks.sight, settle)
  const picture = connection.kept?.picture
  if (picture) take(picture.header, picture.bytes)

  onScopeDispose(() => {
    for (const stop of stops) stop()
    frames.close()
    preview?.close()
    crispen?.close()
    flats?.close()
    room.freshness = 'none'
  })

  return {
    frames,
    begin,
    painted,
    /** This person took strokes back. */
    tookBack() {
      gauge.takeBack()
      tell()
    },
    preview: () => preview?.shown ?? null,
    flats: () => flats?.shown?.bitmap,
  }
}

/** Measures one group of held-out pictures, and keeps some of the results to look at. */
import type { RgbPicture } from '../../shared/picture.ts'
import { encodeSheet, sheetRow } from './contactSheet.ts'
import { groupTitles, type GroupName, type PictureSource } from './groups.ts'
import { measurePicture, type Row } from './measurePicture.ts'
import type { Method } from './method.ts'
import type { Progress } from './progress.ts'
import type { Sheets } from './report.ts'
import type { Stopwatch } from './stopwatch.ts'

export const strokeCounts = [0, 1, 3, 5, 10, 20, 30, 50]

/** Pictures of a group that are shown, at these numbers of strokes. */
const SHEET_ROWS = 10
const SHEET_STROKES = [0, 10]

export type GroupOptions = {
  group: GroupName
  sources: readonly PictureSource[]
  methods: readonly Method[]
  seeds: number
  /** So many pictures are colored with the slow methods, too. */
  slow: number
  watch: Stopwatch
  progress: Progress
}

export async function measureGroup(options: GroupOptions): Promise<{ rows: Row[]; sheets: Sheets }> {
  const { group, sources, slow, progress } = options
  const rows: Row[] = []
  const shown = new Map<number, RgbPicture[][]>(SHEET_STROKES.map((strokes) => [strokes, []]))
  for (const [number, source] of sources.entries()) {
    const picture = await source.open()
    const isShown = number < Math.min(slow, SHEET_ROWS)
    const measured = await measurePicture({
      ...options,
      picture,
      counts: strokeCounts,
      fullSeeds: 1,
      withSlow: number < slow,
      look(strokes, scene, layers) {
        if (isShown) shown.get(strokes)?.push(sheetRow(scene, layers))
      },
    })
    rows.push(...measured)
    progress.step(`${group}: ${picture.source} ${picture.id}`)
  }
  const sheets: Sheets = new Map()
  for (const [strokes, sheet] of shown) {
    if (sheet.length === 0) continue
    const title = `${groupTitles[group]}, ${strokes} strokes`
    sheets.set(`${group}-${strokes}.webp`, { title, bytes: await encodeSheet(sheet) })
  }
  return { rows, sheets }
}

/**
 * Looks through a built set: every byte against its checksum, every pair of splits for near-duplicates. Returns the table of
 * what it holds; throws one sentence when something is wrong.
 */
import { crossingsOf } from './crossings.ts'
import type { Split } from './split.ts'
import { type ListedTile, readSet, tilesOf } from './tileSet.ts'

const splits: readonly Split[] = ['train', 'val', 'test', 'style']

export async function checkSet(folder: string): Promise<string> {
  const set = await readSet(folder, true)
  const tiles = await tilesOf(folder, set)
  const crossings = crossingsOf(tiles)
  const first = crossings[0]
  if (first !== undefined) {
    const [one, other] = [first.leaveOut, first.keep].map(({ source, id }) => `${source}/${id}`)
    throw new Error(`${crossings.length} near-duplicates cross splits, the first: ${one} and ${other}.`)
  }
  const rows = set.packs.map(({ name, leftOut }) =>
    rowOf(
      name,
      tiles.filter(({ source }) => source === name),
      leftOut.length,
    ),
  )
  const allLeftOut = set.packs.reduce((count, { leftOut }) => count + leftOut.length, 0)
  const head = ['| pack | tiles | train | val | test | style | left out |', '|---|---|---|---|---|---|---|']
  return `${[...head, ...rows, rowOf('**all**', tiles, allLeftOut)].join('\n')}\n`
}

function rowOf(name: string, tiles: readonly ListedTile[], leftOut: number): string {
  const counts = splits.map((wanted) => tiles.filter(({ split }) => split === wanted).length)
  return `| ${[name, tiles.length, ...counts, leftOut].join(' | ')} |`
}

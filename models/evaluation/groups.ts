/** The groups of held-out pictures, and which of their pictures a run looks at: the same ones in every run. */
import type { ListedTile } from '../data/tileSet.ts'
import { degraded, lineStyles } from './degrade.ts'
import type { Picture } from './picture.ts'
import { randomOf, shuffled } from './random.ts'
import { openPainted, openTile } from './tilePack.ts'

export const groupNames = ['concepts', 'styles', 'anime', 'pencil'] as const
export type GroupName = (typeof groupNames)[number]

export const groupTitles: Record<GroupName, string> = {
  concepts: 'held-out concepts',
  styles: 'whole held-out styles',
  anime: 'anime figures',
  pencil: 'held-out styles with pencil, broken and grey lines',
}

/** Of the Ren'Py packages, the figures: the others are painted scenes, no line art. */
const isScene = ({ id }: ListedTile) => /^(bg-|concert)/.test(id)
const isAnime = ({ source }: ListedTile) => source.startsWith('renpy-')

const belongs: Record<GroupName, (tile: ListedTile) => boolean> = {
  concepts: (tile) => tile.split === 'test',
  styles: (tile) => tile.split === 'style' && !isAnime(tile),
  anime: (tile) => isAnime(tile) && !isScene(tile),
  pencil: (tile) => tile.split === 'style' && !isAnime(tile),
}

/** One way to get a picture, so that only one is in memory at a time. */
export type PictureSource = { open(): Promise<Picture> }

/** Up to `count` pictures, sources taking turns so that no large one hides the others. */
export function picturesOf(group: GroupName, tiles: readonly ListedTile[], count: number): PictureSource[] {
  const bySource = new Map<string, ListedTile[]>()
  for (const tile of shuffled(tiles.filter(belongs[group]), randomOf('pictures', group))) {
    bySource.set(tile.source, [...(bySource.get(tile.source) ?? []), tile])
  }
  const stacks = [...bySource.keys()].sort().map((source) => bySource.get(source)!)
  const chosen: ListedTile[] = []
  for (let turn = 0; chosen.length < count && stacks.some((stack) => turn < stack.length); turn++) {
    for (const stack of stacks) {
      const tile = stack[turn]
      if (tile && chosen.length < count) chosen.push(tile)
    }
  }
  return chosen.map((tile, i) => ({
    async open() {
      const picture = await (group === 'anime' ? openPainted(tile) : openTile(tile))
      return group === 'pencil' ? degraded(picture, lineStyles[i % lineStyles.length]!) : picture
    },
  }))
}

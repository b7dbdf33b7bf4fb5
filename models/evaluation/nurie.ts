/** The product's own path: what a room's colorist does with a page and its strokes. */
import type { GreyPage } from '../../shared/picture.ts'
import type { Engine, Network } from '../engines/engine.ts'
import type { Weights } from '../manifest.ts'
import { PageColoring } from '../pageColoring.ts'
import type { Method } from './method.ts'
import type { Picture } from './picture.ts'

/** Long side the networks work at. */
export const NETWORK_SIDE = 512

export const pageOf = ({ side, ink }: Pick<Picture, 'side' | 'ink'>): GreyPage => ({
  width: side,
  height: side,
  grey: ink.map((value) => 255 - value),
})

/** Draft, refined and flats. Pictures are best given one after the other: the last one's page is kept. */
export function nurie(engine: Engine, models: Record<Network, Weights>): Method {
  const coloringOf = keptColoring(engine, models, false)
  return {
    names: ['draft', 'refined', 'flats'],
    slow: false,
    async color({ picture, hints }) {
      const coloring = coloringOf(picture)
      coloring.setStrokes(hints.map(({ stroke }) => stroke))
      const draft = await coloring.draft()
      const refined = await coloring.refine()
      return { draft, refined, flats: coloring.flats(refined) }
    },
  }
}

/** Refined with the mode in which a hinted region shows exactly its hint's color. */
export function exactNurie(engine: Engine, models: Record<Network, Weights>): Method {
  const coloringOf = keptColoring(engine, models, true)
  return {
    names: ['exact'],
    slow: true,
    async color({ picture, hints }) {
      const coloring = coloringOf(picture)
      coloring.setStrokes(hints.map(({ stroke }) => stroke))
      await coloring.draft()
      return { exact: await coloring.refine() }
    },
  }
}

function keptColoring(engine: Engine, models: Record<Network, Weights>, exact: boolean) {
  let current: { picture: Picture; coloring: PageColoring } | undefined
  return (picture: Picture): PageColoring => {
    if (current?.picture !== picture) {
      const page = pageOf(picture)
      current = { picture, coloring: new PageColoring({ engine, models, page, side: NETWORK_SIDE, exact }) }
    }
    return current.coloring
  }
}

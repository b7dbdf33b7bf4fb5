/**
 * The pages that stay open between runs. A page is some 19 MB and takes a moment to open again, so those in use stay, of those that
 * rest only the newest, and never more than fit into a colorist's memory.
 */

/** So many stay however long they rest, and so many are the most, in use or not: 0.6 GB. */
export const SPARE_PAGES = 10
export const MOST_PAGES = 32
/** A page not used for so long rests. */
export const RESTS_AFTER_MS = 10_000

export class OpenPages<Page> {
  /** In the order of their last use. */
  readonly #pages = new Map<string, { page: Page; usedAt: number }>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  get size(): number {
    return this.#pages.size
  }

  /** The page of this id, opened if it is not. */
  async use(id: string, open: () => Promise<Page>): Promise<Page> {
    const page = this.#pages.get(id)?.page ?? (await open())
    this.close(id)
    this.#pages.set(id, { page, usedAt: this.#now() })
    for (const [other, { usedAt }] of this.#pages) {
      const rests = this.#now() - usedAt > RESTS_AFTER_MS
      if (this.size <= (rests ? SPARE_PAGES : MOST_PAGES)) break
      this.close(other)
    }
    return page
  }

  close(id: string): void {
    this.#pages.delete(id)
  }
}

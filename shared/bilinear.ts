/** Where a pixel lies when one axis is resized: between `low` and `high` of the source, `share` of the way. */
export type Position = { low: number; high: number; share: number }

/** Positions of all `to` pixels of an axis on `from` source pixels; centers aligned as in PyTorch's align_corners=False. */
export function positions(to: number, from: number): Position[] {
  return Array.from({ length: to }, (_, at) => {
    const exact = Math.max(0, ((at + 0.5) * from) / to - 0.5)
    const low = Math.min(from - 1, Math.floor(exact))
    return { low, high: Math.min(from - 1, low + 1), share: exact - low }
  })
}

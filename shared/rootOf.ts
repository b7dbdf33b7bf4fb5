/** The root of an entry in a union-find forest of `parents` (a root is its own); halves the path on the way (Tarjan, van Leeuwen 1984). */
export function rootOf(parents: Int32Array | number[], entry: number): number {
  let at = entry
  while (parents[at]! !== at) at = parents[at] = parents[parents[at]!]!
  return at
}

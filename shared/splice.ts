/** What makes one list of another that is mostly the same, elements told apart by identity: `remove` elements from `at` on are replaced. */
export type Splice<T> = { at: number; remove: number; insert: T[] }

export function spliceBetween<T>(before: readonly T[], after: readonly T[]): Splice<T> {
  const shorter = Math.min(before.length, after.length)
  let at = 0
  while (at < shorter && before[at] === after[at]) at++
  let tail = 0
  while (tail < shorter - at && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { at, remove: before.length - at - tail, insert: after.slice(at, after.length - tail) }
}

export const isNothing = ({ remove, insert }: Splice<unknown>) => remove === 0 && insert.length === 0

export const spliced = <T>(list: readonly T[], { at, remove, insert }: Splice<T>): T[] => [
  ...list.slice(0, at),
  ...insert,
  ...list.slice(at + remove),
]

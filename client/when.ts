/** Moments as people say them. */
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const isSameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString()

/** `at` and `now`: milliseconds since 1970. */
export function whenOf(at: number, now: number): string {
  const age = now - at
  if (age < MINUTE) return 'just now'
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  const date = new Date(at)
  return isSameDay(date, new Date(now))
    ? `today ${clock.format(date)}`
    : `${day.format(date)}, ${clock.format(date)}`
}

export const countOf = (count: number, one: string) =>
  `${count.toLocaleString()} ${one}${count === 1 ? '' : 's'}`

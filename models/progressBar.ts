/**
 * One line on the terminal that says how far a long work is and when it will end; `note` lines stay above it. Where the output
 * is no terminal only the notes are written. The rate is taken over the whole time, so the estimate is calm.
 */
export interface ProgressBar {
  /** `doing` says what is worked on; `by` may be a part of a unit. */
  advance: (by: number, doing: string) => void
  note: (line: string) => void
  end: () => void
}

interface Screen {
  isTTY?: boolean
  write: (text: string) => unknown
}

const width = 24
const between = 200

export function progressBar(total: number, unit: string, screen: Screen, now = Date.now): ProgressBar {
  const began = now()
  let done = 0
  let drawnAt = -Infinity
  const show = (text: string): void => {
    if (screen.isTTY === true) screen.write(`\r\x1b[2K${text}`)
  }
  return {
    advance(by, doing) {
      done += by
      if (now() - drawnAt < between) return
      drawnAt = now()
      const part = total === 0 ? 1 : Math.min(1, done / total)
      const filled = Math.round(part * width)
      const left = part > 0.01 ? `, ${timeText(((now() - began) * (1 - part)) / part)} left` : ''
      const bar = '#'.repeat(filled) + '-'.repeat(width - filled)
      show(`[${bar}] ${Math.floor(100 * part)} %  ${Math.floor(done)} of ${total} ${unit}, ${doing}${left}`)
    },
    note(line) {
      show('')
      screen.write(`${line}\n`)
    },
    end: () => show(''),
  }
}

export function timeText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

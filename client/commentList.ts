/** A room's comments as a list that follows its changes one by one, and as threads: what was said at a place, and the answers. Pure. */
import type { CommentChange, PageComment } from '../shared/protocol.ts'

/** Oldest first. */
export type CommentList = { version: number; comments: readonly PageComment[] }
/** `last`: when something was said in it last. */
export type Thread = { comment: PageComment; answers: readonly PageComment[]; last: number }

/** The list after a change; undefined when changes before it were missed: all is to be asked for again. */
export function withChange(list: CommentList, change: CommentChange): CommentList | undefined {
  const { version } = change
  if (version <= list.version) return list
  if (version > list.version + 1) return undefined
  const { comments } = list
  if ('removed' in change) {
    return { version, comments: comments.filter(({ id }) => !change.removed.includes(id)) }
  }
  const { changed } = change
  const isKnown = comments.some(({ id }) => id === changed.id)
  return {
    version,
    comments: isKnown
      ? comments.map((each) => (each.id === changed.id ? changed : each))
      : [...comments, changed],
  }
}

/** Newest first. */
export function threadsOf(comments: readonly PageComment[]): Thread[] {
  const answers = new Map<string, PageComment[]>()
  for (const each of comments) {
    if (each.on === null) continue
    answers.set(each.on, [...(answers.get(each.on) ?? []), each])
  }
  return comments
    .filter(({ on }) => on === null)
    .map((comment) => {
      const said = answers.get(comment.id) ?? []
      return { comment, answers: said, last: said.at(-1)?.at ?? comment.at }
    })
    .sort((a, b) => b.last - a.last)
}

const FIRST_WORDS = 40

/** How a comment begins, on one line. */
export function firstWords(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  if (line.length <= FIRST_WORDS) return line
  const cut = Array.from(line).slice(0, FIRST_WORDS).join('')
  const space = cut.lastIndexOf(' ')
  return `${space > FIRST_WORDS / 2 ? cut.slice(0, space) : cut}…`
}

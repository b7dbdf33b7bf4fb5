/** What people can throw at a page: a small, kind set, each with the words it is announced by. */
export const reactions = [
  { emoji: '❤️', name: 'Heart', does: 'sends a heart' },
  { emoji: '👍', name: 'Thumbs up', does: 'gives a thumbs up' },
  { emoji: '✨', name: 'Sparkles', does: 'sends sparkles' },
  { emoji: '😂', name: 'Laugh', does: 'laughs' },
  { emoji: '😮', name: 'Wow', does: 'is amazed' },
  { emoji: '🎉', name: 'Party', does: 'celebrates' },
] as const

export type Emoji = (typeof reactions)[number]['emoji']
export const emojis = reactions.map(({ emoji }) => emoji) as readonly Emoji[]

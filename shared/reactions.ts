/** What people can throw at a page: a small, kind set, each with the id its words are kept by. */
export const reactions = [
  { emoji: '❤️', id: 'heart' },
  { emoji: '👍', id: 'thumbsUp' },
  { emoji: '✨', id: 'sparkles' },
  { emoji: '😂', id: 'laugh' },
  { emoji: '😮', id: 'wow' },
  { emoji: '🎉', id: 'party' },
] as const

export type Emoji = (typeof reactions)[number]['emoji']
export const emojis = reactions.map(({ emoji }) => emoji) as readonly Emoji[]

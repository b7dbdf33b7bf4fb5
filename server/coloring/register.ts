/**
 * What the scheduler knows of one room: a *latest* register, never a queue. Revisions only grow, so what is left to do is a
 * comparison: a stage is wanted while what it made last is older than what it could make.
 */

/** Who looks at a room: nobody, only tabs that are not shown, or somebody. */
export type Attention = 'none' | 'hidden' | 'seen'

export type Register = {
  /** The newest state, and what was made of it. */
  revision: number
  drafted: number
  refined: number
  /** Up to here both stages are wanted, whoever looks. */
  wanted: number
  attention: Attention
  /** Virtual time: milliseconds of engine used, lifted to the clock of those who draw whenever the room begins to. */
  used: number
  /** The newest revision that a draft has begun with, and since when a later one is wanted. */
  begun: number
  waitingSince: number
  /** When its last draft began. */
  draftedAt: number
  /** When its last refined picture came or, if it needed none then, when it began to need one. */
  since: number
  /** In a row; after each the room rests for a while. */
  failures: number
  resting: boolean
}

export const newRegister = (): Register => ({
  revision: 0,
  drafted: 0,
  refined: 0,
  wanted: 0,
  attention: 'none',
  used: 0,
  begun: 0,
  waitingSince: 0,
  draftedAt: -Infinity,
  since: 0,
  failures: 0,
  resting: false,
})

export const wantsDraft = ({ revision, drafted, wanted, attention }: Register): boolean =>
  drafted < revision && (attention !== 'none' || drafted < wanted)

/** A draft is wanted, and none of its revision has begun. */
export const waits = (room: Register): boolean => wantsDraft(room) && room.begun < room.revision

export const wantsRefine = ({ drafted, refined, wanted, attention }: Register): boolean =>
  refined < drafted && (attention === 'seen' || refined < wanted)

export const isActive = (room: Register): boolean => wantsDraft(room) || wantsRefine(room)

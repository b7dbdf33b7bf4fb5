/** What a worker answers to questions without a room's turn: the same that a colorist of the server's own would. */
import type { Bus } from '../../cluster/bus.ts'
import type { Keeper } from '../keeper.ts'
import type { openPieces } from '../pieces.ts'
import type { openAsks, Question } from './asks.ts'

export type AnswersOptions = {
  asks: ReturnType<typeof openAsks>
  bus: Bus
  pieces: ReturnType<typeof openPieces>
  ask: Keeper['ask']
  /** Does something with the room's page as it is now, of which nothing changes before it is done. */
  withPage<T>(room: string, work: (revision: number) => Promise<T>): Promise<T>
}

export function openAnswers({ asks, bus, pieces, ask, withPage }: AnswersOptions) {
  async function answerOf(question: Question): Promise<unknown> {
    switch (question.kind) {
      case 'layer': {
        const { room } = question
        const begin = (id: number) => ({ kind: 'layer', id, room }) as const
        let revision = 0
        const layer = await pieces.make(begin, undefined, (begin) =>
          withPage(room, (now) => {
            revision = now
            return begin()
          }),
        )
        return { ...layer, revision }
      }
      case 'finish': {
        const { room, place } = question
        return withPage(room, async () => {
          const how = { isLong: true }
          return (await ask('finish', (id) => ({ kind: 'finish', id, room, place }), how)).cut
        })
      }
      case 'once': {
        const { line, how } = question
        return pieces.make((id) => ({ kind: 'once', id, line, ...how }))
      }
      case 'past': {
        const { line, document, finished } = question
        return pieces.make((id) => ({ kind: 'past', id, line, document, finished }))
      }
      case 'making': {
        const { line, making, finished } = question
        const frames: Uint8Array[] = []
        const begin = (id: number) => ({ kind: 'making', id, line, making, finished }) as const
        const last = await pieces.make(begin, (frame) => frames.push(frame))
        return { frames, last }
      }
    }
  }

  return async (id: string): Promise<void> => {
    const question = await asks.question(id)
    if (!question) return
    const answer = await answerOf(question).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }),
    )
    await asks.answer(bus, id, answer)
  }
}

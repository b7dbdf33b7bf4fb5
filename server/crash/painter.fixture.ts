/**
 * A guest of stock clients who keeps books of what they were told: which strokes are saved, and which deletes. A delete counts
 * as saved when a stroke painted after it is.
 */
import * as Y from 'yjs'
import { addStroke } from '../../shared/strokes.ts'
import { connectSocket, connectYjs, enter, strokeOf, type TestRoom } from '../app.fixture.ts'

type Act = { id: string; kind: 'paint' | 'undo'; end: number }

export type Painter = Awaited<ReturnType<typeof openPainter>>

/** `doc`: what they have from before. */
export async function openPainter(server: { url: string }, room: TestRoom, name: string) {
  const session = await enter(server, room, 'edit', { name })
  const doc = new Y.Doc()
  const acts: Act[] = []
  let saved = 0
  let count = 0
  let channels: { leave(): void; synced(): Promise<void> } | undefined

  function connect(to: { url: string }): void {
    const yjs = connectYjs(to, session, doc)
    const socket = connectSocket(to, session)
    socket.socket.on('saved', ({ clock }: { clock: Record<string, number> }) => {
      saved = Math.max(saved, clock[doc.clientID] ?? 0)
    })
    channels = {
      synced: yjs.synced,
      leave() {
        yjs.close()
        socket.close()
      },
    }
  }
  connect(server)

  return {
    connect,
    leave: () => channels?.leave(),
    synced: () => channels!.synced(),
    paint(color: number): void {
      const id = `${session.guest.id.slice(0, 8)}-${count++}`
      addStroke(doc, strokeOf(id, session.guest.id, { color, count: 2 + (color % 30) }))
      acts.push({ id, kind: 'paint', end: Y.getState(doc.store, doc.clientID) })
    },
    /** Takes one of their own strokes back. */
    undo(pick: number): void {
      const strokes = doc.getArray<{ id: string; by: string }>('strokes')
      const own = strokes
        .toArray()
        .flatMap(({ id, by }, index) => (by === session.guest.id ? [{ id, index }] : []))
      if (own.length === 0) return
      const { id, index } = own[Math.floor(pick * own.length)]!
      strokes.delete(index)
      // Saved with what is painted next.
      acts.push({ id, kind: 'undo', end: Y.getState(doc.store, doc.clientID) + 1 })
    },
    /** What they were told by now. */
    books() {
      const of = (kind: Act['kind'], is: (act: Act) => boolean) =>
        acts.filter((act) => act.kind === kind && is(act)).map(({ id }) => id)
      return {
        painted: of('paint', () => true),
        savedStrokes: of('paint', ({ end }) => end <= saved),
        undone: of('undo', () => true),
        savedUndos: of('undo', ({ end }) => end <= saved),
      }
    },
    doc,
  }
}

/** Undo and redo of this person's own strokes, one a step; nobody else's are ever touched (rule H5). */
import * as Y from 'yjs'
import { strokesOf } from '../../shared/strokes.ts'
import { LOCAL } from '../connection.ts'

/** Undone content stays in memory while it can come back. */
const LONGEST = 200

export class OwnHistory {
  readonly #manager: Y.UndoManager

  constructor(doc: Y.Doc, changed: () => void) {
    this.#manager = new Y.UndoManager(strokesOf(doc), { trackedOrigins: new Set([LOCAL]), captureTimeout: 0 })
    this.#manager.on('stack-item-added', () => {
      if (this.#manager.undoStack.length > LONGEST) this.#manager.undoStack.shift()
      changed()
    })
    this.#manager.on('stack-item-popped', changed)
    this.#manager.on('stack-cleared', changed)
  }

  get canUndo(): boolean {
    return this.#manager.canUndo()
  }

  get canRedo(): boolean {
    return this.#manager.canRedo()
  }

  undo(): void {
    this.#manager.undo()
  }

  redo(): void {
    this.#manager.redo()
  }

  close(): void {
    this.#manager.destroy()
  }
}

/**
 * Honest people for simulations: stock Yjs with an undo manager, over a connection of the real server's that a test moves message by
 * message, and breaks.
 */
import { EventEmitter } from 'node:events'
import { createDecoder, readVarUint } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding'
import type { WebSocket } from 'ws'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import * as Y from 'yjs'
import { addStroke, pageOf, paletteOf, strokesOf } from '../../shared/strokes.ts'
import { strokeOf } from '../app.fixture.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import type { Room } from '../rooms/room.ts'
import { openYjsConnection, type YjsConnection } from './yjsConnection.ts'

export type Random = (below: number) => number
/** A server, as far as somebody in its room needs it. */
export type Host = { room: Room; connections: Set<{ connection: YjsConnection; link: Link }> }

const { limits } = readConfig({ NURIE_LIMIT_MESSAGES: '1000000', NURIE_LIMIT_COMMITS: '1000000' })

/** A connection: what each side sent and the other has not read yet. */
export class Link extends EventEmitter {
  readonly OPEN = 1
  readonly bufferedAmount = 0
  toClient: Uint8Array[] = []
  toServer: Uint8Array[] = []
  isOpen = true
  refusal: string | undefined

  send(message: Uint8Array): void {
    if (this.isOpen) this.toClient.push(message)
  }
  close(code: number, reason: string): void {
    this.refusal = `${code} ${reason}`
  }
  pause(): void {}
  resume(): void {}
  break(): void {
    this.isOpen = false
    this.emit('close')
  }
}

export class Person {
  readonly guest: string
  readonly doc = new Y.Doc()
  readonly undo: Y.UndoManager
  /** This person's strokes as they last wanted them. */
  intended: string[] = []
  #link: Link | undefined

  constructor(guest: string, clientId: number) {
    this.guest = guest
    this.doc.clientID = clientId
    this.undo = new Y.UndoManager(strokesOf(this.doc), { trackedOrigins: new Set(['me']), captureTimeout: 0 })
    pageOf(this.doc)
    paletteOf(this.doc)
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === this) return
      this.#say((encoder) => writeUpdate(encoder, update))
    })
  }

  get link(): Link | undefined {
    return this.#link?.isOpen ? this.#link : undefined
  }

  connect(server: Host): void {
    const link = new Link()
    this.#link = link
    const connection = openYjsConnection({
      socket: link as unknown as WebSocket,
      room: server.room,
      guest: { id: this.guest, name: '', color: '', role: 'edit' },
      limits,
      log: openLog('silent'),
      onRefused() {},
      onHeld() {},
    })
    const entry = { connection, link }
    server.connections.add(entry)
    link.once('close', () => server.connections.delete(entry))
    this.#say((encoder) => writeSyncStep1(encoder, this.doc))
  }

  #say(write: (encoder: ReturnType<typeof createEncoder>) => void): void {
    if (!this.link) return
    const encoder = createEncoder()
    writeVarUint(encoder, 0)
    write(encoder)
    this.link.toServer.push(toUint8Array(encoder))
  }

  /** Reads one message of the server. */
  hear(): void {
    const message = this.link?.toClient.shift()
    if (!message) return
    const decoder = createDecoder(message)
    if (readVarUint(decoder) !== 0) return
    const encoder = createEncoder()
    writeVarUint(encoder, 0)
    readSyncMessage(decoder, encoder, this.doc, this)
    const answer = toUint8Array(encoder)
    if (answer.length > 1) this.link!.toServer.push(answer)
  }

  act(random: Random, step: number): string {
    const what = ['paint', 'paint', 'paint', 'paint', 'undo', 'redo', 'title', 'swatch', 'several'][
      random(9)
    ]!
    const fresh = (part = '') => {
      return strokeOf(`${this.guest}-${step}${part}`, this.guest)
    }
    switch (what) {
      case 'undo':
        this.undo.undo()
        break
      case 'redo':
        this.undo.redo()
        break
      case 'title':
        pageOf(this.doc).set('title', `${this.guest} ${step}`)
        break
      case 'swatch':
        paletteOf(this.doc).set(`s${random(3)}`, { name: 'Sky', color: random(0xffffff) })
        break
      case 'several':
        this.doc.transact(() => strokesOf(this.doc).push([fresh('a'), fresh('b'), fresh('c')]), 'me')
        break
      default:
        addStroke(this.doc, fresh(), 'me')
    }
    this.intended = idsOf(this.doc).filter((id) => id.startsWith(`${this.guest}-`))
    return `${this.guest} ${what}`
  }

  /** A page opened anew: another Yjs client over the same document. */
  reload(clientId: number): void {
    this.#link?.break()
    this.undo.clear()
    this.doc.clientID = clientId
  }
}

/** Resolves when everything that is due now has happened. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
export const idsOf = (doc: Y.Doc) =>
  strokesOf(doc)
    .toArray()
    .map((stroke) => (stroke as { id: string }).id)

/**
 * The Yjs channel: the stock provider as transport (it connects, reconnects with growing pauses, gives up when told to), and a
 * conversation of our own over it. What the server says goes into the document; what this person does is sent by `send` alone,
 * for the stock conversation sends everything at once and whatever the server lacks, be it other people's.
 *
 * The only file that knows y-websocket.
 */
import { readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { YJS_SUBPROTOCOL } from '../shared/protocol.ts'
import { Emitter } from './emitter.ts'

const SYNC = 0
const STEP_1 = 0
const STEP_2 = 1
const UPDATE = 2

export type YjsChannelEvents = {
  /** Connected; nothing was said yet. */
  open: []
  /** The server's clocks at that moment: what it has, on disk or not. */
  clocks: [ReadonlyMap<number, number>]
  /** Everything the server had on disk and the document lacked is in the document now. The update holds all deletes. */
  caughtUp: [Uint8Array]
  /** Something from the server, on its disk, is in the document now. */
  update: [Uint8Array]
  /** The connection ended; by the server with a code and a reason. */
  closed: [{ code: number; reason: string } | undefined]
}

export type YjsChannelOptions = {
  url: string
  room: string
  doc: Y.Doc
  token: string
  WebSocket?: typeof WebSocket
}

export class YjsChannel extends Emitter<YjsChannelEvents> {
  readonly #provider: WebsocketProvider
  readonly #doc: Y.Doc

  constructor({ url, room, doc, token, WebSocket }: YjsChannelOptions) {
    super()
    this.#doc = doc
    // The provider sends every change of the document it is made with; this one never changes.
    this.#provider = new WebsocketProvider(url, room, new Y.Doc(), {
      protocols: [YJS_SUBPROTOCOL, token],
      connect: false,
      disableBc: true,
      awareness: new Awareness(doc),
      ...(WebSocket && { WebSocketPolyfill: WebSocket }),
    })
    this.#provider.doc = doc
    // Presence comes from the server, per socket; Yjs awareness is not used.
    this.#provider.awareness.setLocalState(null)
    this.#provider.messageHandlers[SYNC] = (_encoder, decoder) => {
      const step = readVarUint(decoder)
      this.#hear(step, readVarUint8Array(decoder))
    }
    this.#provider.on('status', ({ status }) => {
      if (status === 'connected') this.emit('open')
    })
    let close: { code: number; reason: string } | undefined
    this.#provider.on('connection-close', (event) => {
      close = event ? { code: event.code, reason: event.reason } : undefined
      // The provider changes its own state right after this.
      queueMicrotask(() => this.emit('closed', close))
    })
  }

  get isOpen(): boolean {
    return this.#provider.wsconnected
  }

  /** Bytes that wait to be sent. */
  get waitingBytes(): number {
    return this.#provider.ws?.bufferedAmount ?? 0
  }

  set token(token: string) {
    this.#provider.protocols = [YJS_SUBPROTOCOL, token]
  }

  connect(): void {
    this.#provider.connect()
  }

  disconnect(): void {
    this.#provider.disconnect()
  }

  /** Each connection's first has to be a catch-up: before it the server passes over what it cannot place. */
  send(update: Uint8Array, isCatchUp: boolean): void {
    this.#say(isCatchUp ? STEP_2 : UPDATE, update)
  }

  /** Asks for everything the document lacks; `caughtUp` answers. */
  ask(): void {
    this.#say(STEP_1, Y.encodeStateVector(this.#doc))
  }

  close(): void {
    this.clearListeners()
    this.#provider.destroy()
  }

  #say(step: number, payload: Uint8Array): void {
    const socket = this.#provider.ws
    if (!this.isOpen || socket?.readyState !== socket?.OPEN) return
    const encoder = createEncoder()
    writeVarUint(encoder, SYNC)
    writeVarUint(encoder, step)
    writeVarUint8Array(encoder, payload)
    socket?.send(toUint8Array(encoder))
  }

  #hear(step: number, payload: Uint8Array): void {
    if (step === STEP_1) return this.emit('clocks', Y.decodeStateVector(payload))
    Y.applyUpdate(this.#doc, payload, this)
    if (step === UPDATE) return this.emit('update', payload)
    // The pauses between attempts begin anew.
    this.#provider.synced = true
    this.emit('caughtUp', payload)
  }
}

/** A guest that is a stock client through and through, of either protocol: what the lean ones are held to, and who checks what everybody has. */
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { addStroke, strokesOf } from '../../shared/strokes.ts'
import type { GuestOptions, LoadGuest } from './guest.ts'
import { namesIn, type Named } from './workload.ts'

export type StockGuest = LoadGuest & {
  /** The strokes of the document as it is, in its order. */
  strokes(): Named[]
}

const LOCAL = 'local'
/** The stock clients take the browser's. */
const polyfill = WebSocket as unknown as typeof globalThis.WebSocket

/** Resolves when it has the document. */
export function openStockGuest(options: GuestOptions): Promise<StockGuest> {
  const { protocol, url, room, subprotocols, onStrokes, onClosed } = options
  const doc = new Y.Doc()
  if (options.client !== undefined) doc.clientID = options.client
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== LOCAL) onStrokes(namesIn(update))
  })
  const ids = () => strokesOf(doc).toArray() as { id: string }[]
  const guest = {
    client: doc.clientID,
    paint: (stroke: Parameters<LoadGuest['paint']>[0]) => addStroke(doc, stroke, LOCAL),
    bytes: () => [0, 0] as const,
    strokes: () => ids().flatMap(({ id }) => namesIn(Buffer.from(id))),
  }
  return new Promise((resolve) => {
    if (protocol === 'hocuspocus') {
      let left = false
      const websocketProvider = new HocuspocusProviderWebsocket({ url, WebSocketPolyfill: polyfill })
      const provider = new HocuspocusProvider({
        websocketProvider,
        name: room,
        document: doc,
        token: '',
        onSynced() {
          resolve({
            ...guest,
            found: ids().length,
            leave() {
              left = true
              provider.destroy()
              websocketProvider.destroy()
              doc.destroy()
            },
          })
        },
        onClose: ({ event }) => left || onClosed(event.code),
      })
      provider.attach()
      return
    }
    const provider = new WebsocketProvider(url, room, doc, {
      WebSocketPolyfill: polyfill,
      protocols: [...subprotocols],
      disableBc: true,
    })
    provider.on('connection-close', (event) => event && onClosed(event.code))
    provider.once('sync', () => {
      resolve({
        ...guest,
        found: ids().length,
        leave() {
          provider.destroy()
          doc.destroy()
        },
      })
    })
  })
}

/**
 * The other channel of a guest of Nurie, socket.io without its client: hears what is saved and counts the pictures, and may send the
 * stroke under its pen as the page does.
 */
import { WebSocket } from 'ws'
import { encodePoints } from '../../shared/points.ts'
import { namesIn, type Named } from './workload.ts'

export type EventsGuestOptions = {
  url: string
  room: string
  token: string
  /** As Nurie's own page joins: pictures may be the part that changed. */
  patches: boolean
  /** Everything of this Yjs client up to this clock is on disk. */
  client: number
  onSaved(clock: number): void
  onFrame(stage: 'draft' | 'refined', bytes: number): void
  /** Somebody's pen moved: of which stroke, its how manieth piece. */
  onLive(stroke: Named, seq: number): void
  /** The server said that it does not like something. */
  onNotice(code: string): void
  onClosed(code: number): void
}

export type EventsGuest = {
  live(stroke: string, seq: number): void
  bytes(): readonly [number, number]
  leave(): void
}

/** An event of socket.io, without or with bytes that follow. */
const EVENT = /^4(?:2|5\d+-)\["(\w+)"/

/** Resolves when it was welcomed. */
export function openEventsGuest(options: EventsGuestOptions): Promise<EventsGuest> {
  const { url, room, token, patches, onSaved, onFrame, onLive, onNotice, onClosed } = options
  const own = `"${options.client}":`
  const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  const socket = new WebSocket(address, { perMessageDeflate: false })
  let received = 0
  let sent = 0
  let isLeaving = false
  /** The stage of the picture whose bytes come next. */
  let stage: 'draft' | 'refined' | undefined
  const send = (message: string | Uint8Array) => {
    sent += message.length
    socket.send(message)
  }

  function hear(text: string): void {
    const name = EVENT.exec(text)?.[1]
    stage = undefined
    if (name === 'frame') stage = text.includes('"stage":"draft"') ? 'draft' : 'refined'
    else if (name === 'live') {
      const [stroke] = namesIn(Buffer.from(text))
      const seq = /"seq":(\d+)/.exec(text)
      if (stroke && seq) onLive(stroke, Number(seq[1]))
    } else if (name === 'saved') {
      const at = text.indexOf(own)
      if (at >= 0) onSaved(parseInt(text.slice(at + own.length), 10))
    } else if (name === 'notice') onNotice(/"code":"([\w-]+)"/.exec(text)?.[1] ?? 'unknown')
  }

  const guest: EventsGuest = {
    live(stroke, seq) {
      const at = 800 + 40 * (seq % 100)
      const chunk = { stroke, seq, tool: 'brush', color: 0x3060c0, width: 8 * 24 }
      const payload = JSON.stringify({ ...chunk, points: { _placeholder: true, num: 0 } })
      send(`451-["live",${payload}]`)
      send(encodePoints([at, 900, 255, at + 40, 902, 255]))
    },
    bytes: () => [received, sent],
    leave() {
      isLeaving = true
      socket.close()
      setTimeout(() => socket.terminate(), 1000).unref()
    },
  }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer, isBinary) => {
      received += data.length
      if (isBinary) {
        if (stage) onFrame(stage, data.length)
        return
      }
      const text = data.toString()
      if (text === '2') return send('3')
      if (text.startsWith('0')) return send(`40${JSON.stringify({ room, token, patches })}`)
      if (text.startsWith('44')) return reject(new Error(text))
      hear(text)
      if (text.startsWith('42["welcome"')) resolve(guest)
    })
    socket.once('close', (code) => {
      if (!isLeaving) onClosed(code)
      reject(new Error(`closed with ${code}`))
    })
  })
}

/**
 * People with browsers, for tests: each has a device of their own (an IndexedDB), tabs that are connected to a real server
 * through a wire that can be cut, and hands. A tab goes on by itself when its document is stale, as the page does.
 */
import 'fake-indexeddb/auto'
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import WebSocket from 'ws'
import { packStroke, strokesOf } from '../shared/strokes.ts'
import type { RoomKeys } from './api/api.ts'
import { openRoom, type Refusal, type RoomConnection } from './connection.ts'
import { openDeviceStore } from './own/deviceStore.ts'
import { OwnHistory } from './own/ownHistory.ts'
import { OwnWork } from './own/ownWork.ts'
import type { SavingState } from './own/saving.ts'

/** A TCP wire to a server. Cut, it ends what is open and lets nothing in. */
export async function openWire(target: { url: string }) {
  const open = new Set<Socket>()
  let port = Number(new URL(target.url).port)
  let isCut = false
  const near = new Set<Socket>()
  const server: Server = createServer((here) => {
    if (isCut) return void here.destroy()
    near.add(here)
    here.on('close', () => near.delete(here))
    const far = connect(port, '127.0.0.1')
    for (const [one, other] of [
      [here, far],
      [far, here],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true
      for (const socket of open) socket.destroy()
    },
    /** Nothing more gets through what is open, and nobody learns of it. */
    stall() {
      for (const socket of near) socket.unpipe().pause()
    },
    mend(next: { url: string } = target) {
      port = Number(new URL(next.url).port)
      isCut = false
    },
    close() {
      this.cut()
      server.close()
    },
  }
}

export type Tab = Awaited<ReturnType<typeof openTab>>
export type Place = { url: string; room: string; keys: RoomKeys }

/** `device`: what the person's tabs share; `previous`: the token of an earlier tab. */
export async function openTab(
  { url, room, keys }: Place,
  device: { name: string | null; previous?: string; role?: keyof RoomKeys },
) {
  const work = await OwnWork.open(device.name === null ? null : await openDeviceStore(room, device.name))
  let connection: RoomConnection
  let history: OwnHistory
  let refusal: Refusal | undefined
  let isEnded = false
  let going: Promise<void> = Promise.resolve()
  const watchers = new Set<() => void>()
  const look = () => {
    for (const watcher of watchers) watcher()
  }
  const follow = (opened: RoomConnection) => {
    connection = opened
    history = new OwnHistory(opened.doc, look)
    opened.doc.on('update', look)
    opened.on('saving', look)
    opened.on('synced', look)
    opened.on('refused', (why) => {
      refusal = why
      look()
    })
    opened.on('stale', () => {
      going = opened.again().then((next) => {
        if (isEnded) return next.close()
        follow(next)
        tab.renewals++
        look()
      })
    })
  }
  const tab = {
    /** How often it went on with a fresh document. */
    renewals: 0,
    work,
    get connection() {
      return connection
    },
    get history() {
      return history
    },
    get state(): SavingState {
      return connection.saving
    },
    get refusal() {
      return refusal
    },
    get me() {
      return connection.session.guest.id
    },
    get ids(): string[] {
      return strokesOf(connection.doc).map((stroke) => (stroke as { id: string }).id)
    },
    paint(id: string, count = 2) {
      const points = Array.from({ length: 3 * count }, (_, i) =>
        i % 3 === 2 ? 255 : 800 + ((i * 7919) % 640),
      )
      connection.commit(packStroke({ id, by: tab.me, tool: 'brush', color: 0xff0000, width: 64, points }))
    },
    until(test: () => boolean): Promise<void> {
      return new Promise((resolve) => {
        const watcher = () => {
          if (!test()) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
        watcher()
      })
    },
    saved: () => tab.until(() => connection.isSynced && connection.saving === 'saved'),
    /** As when a tab is closed or its process dies: nothing is said to anybody. What was being written is written. */
    async end() {
      isEnded = true
      await going
      await connection.close()
      await work.close()
    },
  }
  work.on('changed', look)
  follow(
    await openRoom({
      origin: url,
      room,
      entrance: {
        key: keys[device.role ?? 'edit'],
        ...(device.previous !== undefined && { previous: device.previous }),
      },
      work,
      WebSocket: WebSocket as never,
    }),
  )
  return tab
}

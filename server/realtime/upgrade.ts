/**
 * Every WebSocket upgrade of the server: checked for its origin (CORS does not guard WebSockets), then routed by path. Unknown
 * paths are told 404 and closed.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RefusalCode } from '../../shared/protocol.ts'

export type UpgradeRoutes = {
  origins: readonly string[]
  /** Counts what was refused here. */
  onRefused(code: RefusalCode): void
  yjs(request: IncomingMessage, socket: Duplex, head: Buffer, room: string): void
  socketIo(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** No Origin (not a browser), the host's own, or one of the settings. */
export function isOwnOrigin(request: IncomingMessage, origins: readonly string[]): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  const isPage = url.protocol === 'http:' || url.protocol === 'https:'
  return isPage && (url.host === host?.toLowerCase() || origins.includes(url.origin))
}

const yjsPath = /^\/yjs\/([A-Za-z0-9_-]{1,64})$/

export function routeUpgrades(server: Server, routes: UpgradeRoutes): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (!isOwnOrigin(request, routes.origins)) {
      routes.onRefused('foreign-origin')
      return refuse(socket, '403 Forbidden')
    }
    const path = (request.url ?? '').split('?', 1)[0]!
    const room = yjsPath.exec(path)?.[1]
    if (room !== undefined) routes.yjs(request, socket, head, room)
    else if (path === '/socket.io/' || path === '/socket.io') routes.socketIo(request, socket, head)
    else {
      routes.onRefused('not-found')
      refuse(socket, '404 Not Found')
    }
  })
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  setTimeout(() => socket.destroy(), 1_000).unref()
}

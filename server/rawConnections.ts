/**
 * Connections of any kind, before anything was said on them: an address that opens more than a crowd of browsers would is hung
 * up on. It keeps one address from taking the descriptors of all others; what is said on a connection has limits of its own.
 */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Addresses } from './address.ts'

export type RawConnectionsOptions = {
  addresses: Addresses
  /** At once, of one address. */
  most: number
  onRefused(): void
}

export function boundRawConnections(
  server: Server,
  { addresses, most, onRefused }: RawConnectionsOptions,
): void {
  const held = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const remote = socket.remoteAddress ?? ''
    // Behind a proxy everybody has its address; it has bounds of its own.
    if (addresses.isProxy(remote)) return
    const address = addresses.ofPeer(remote)
    const count = held.get(address) ?? 0
    if (count >= most) {
      onRefused()
      socket.destroy()
      return
    }
    held.set(address, count + 1)
    socket.once('close', () => {
      const left = held.get(address)! - 1
      if (left === 0) held.delete(address)
      else held.set(address, left)
    })
  })
}

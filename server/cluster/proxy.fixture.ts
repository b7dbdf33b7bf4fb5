/** The network between a process and a service, with its faults: cut, frozen, slow. What goes through it comes out in order and whole. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export type FaultyProxy = {
  port: number
  /** Connections break and new ones are refused, as when the other machine is gone. */
  cut(): void
  /** Nothing comes through and nothing breaks, as when a cable is pulled: whoever is connected does not hear of it. */
  freeze(): void
  /** Everything arrives so many milliseconds later. */
  delay(milliseconds: number): void
  /** Well again. */
  mend(): void
  close(): Promise<void>
}

export async function openFaultyProxy(toPort: number): Promise<FaultyProxy> {
  const sockets = new Set<Socket>()
  let isCut = false
  let isFrozen = false
  let lateMs = 0

  function carry(from: Socket, to: Socket): void {
    // One after the other: what was sent before a delay ended is not overtaken.
    let line: Promise<unknown> = Promise.resolve()
    from.on('data', (bytes) => {
      const late = lateMs
      line = line
        .then(() => (late > 0 ? new Promise((resolve) => setTimeout(resolve, late)) : undefined))
        .then(() => void to.write(bytes))
    })
    from.on('error', () => {})
    from.on('close', () => {
      sockets.delete(from)
      void line.then(() => to.destroy())
    })
  }

  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const service = connect(toPort, '127.0.0.1')
    carry(client, service)
    carry(service, client)
    for (const socket of [client, service]) {
      sockets.add(socket)
      if (isFrozen) socket.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    delay(milliseconds) {
      lateMs = milliseconds
    },
    mend() {
      isCut = isFrozen = false
      lateMs = 0
      for (const socket of sockets) socket.resume()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

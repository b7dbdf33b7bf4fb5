/** Between a server and PostgreSQL: a connection that breaks exactly where a commit is on its way. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/**
 * `answer`: the database commits, and its answer is lost. `commit`: the commit never reaches it. `late`: who asked is cut off, and the
 * database hears of the commit only when `release` is called.
 */
export type Cut = 'answer' | 'commit' | 'late'

export type CutProxy = {
  port: number
  /** The next commit is cut. Resolves when it was. */
  cutNext(cut: Cut): Promise<void>
  release(): void
  close(): Promise<void>
}

const isCommit = (data: Buffer) => data.includes('commit\0')

export async function openCutProxy(toPort: number): Promise<CutProxy> {
  const sockets = new Set<Socket>()
  let armed: { cut: Cut; done(): void } | undefined
  let late: (() => void) | undefined

  const server = createServer((client) => {
    const database = connect(toPort, '127.0.0.1')
    let isCutOff = false
    let onAnswer: (() => void) | undefined
    const cutOff = () => {
      isCutOff = true
      client.destroy()
    }
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('close', () => !isCutOff && database.destroy())
    database.on('close', () => client.destroy())
    database.on('data', (data) => (onAnswer ? onAnswer() : client.write(data)))
    client.on('data', (data) => {
      if (!armed || !isCommit(data)) return void database.write(data)
      const { cut, done } = armed
      armed = undefined
      if (cut === 'commit') {
        database.destroy()
        done()
        return
      }
      onAnswer = () => {
        cutOff()
        database.destroy()
        done()
      }
      if (cut === 'answer') return void database.write(data)
      late = () => void database.write(data)
      onAnswer = () => {}
      cutOff()
      done()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    cutNext: (cut) => new Promise((done) => (armed = { cut, done })),
    release: () => late?.(),
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/**
 * One guest's connection takes 10 kB a second while another draws: what the others in the room notice, what the server keeps for it,
 * and what the slow one gets. First the same without it.
 */
import { connect, createServer, type Socket } from 'node:net'
import { once } from 'node:events'
import type { FrameHeader } from '../shared/protocol.ts'
import { createRoom, joinRoom } from './guest.ts'
import { drawing } from './drawing.ts'
import { median, type Row } from './report.ts'
import { metricOf, startServer } from './server.ts'

const BYTES_A_SECOND = 10_000
const SLICE_MS = 100

export async function benchSlowReader({ seconds }: { seconds: number }): Promise<Row[]> {
  const server = await startServer()
  const slow = await slowWay(server.url)
  const { room, width, height, keys } = await createRoom(server.url, 'fairy')
  const painter = await joinRoom(server.url, room, keys.edit)
  const watcher = await joinRoom(server.url, room, keys.view)
  await watcher.frame('refined', -1)
  const gaps: number[] = []
  let last = 0
  watcher.socket.on('frame', ({ stage }: FrameHeader) => {
    if (stage !== 'draft') return
    const now = performance.now()
    if (last > 0) gaps.push(now - last)
    last = now
  })
  const draw = drawing(painter, 8 * width, 8 * height)
  const drawn = async () => {
    gaps.length = last = 0
    const stop = draw()
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds))
    stop()
    return median(gaps)
  }
  const alone = await drawn()
  const reader = await joinRoom(slow.url, room, keys.view)
  const seen: FrameHeader[] = []
  reader.socket.on('frame', (header: FrameHeader) => seen.push(header))
  const before = await memoryOf(server.url)
  const beside = await drawn()
  const grown = (await memoryOf(server.url)) - before
  const newest = await watcher.frame('refined', -1).catch(() => undefined)
  const wanted = newest?.revision ?? 0
  while ((seen.findLast(({ stage }) => stage === 'refined')?.revision ?? 0) < wanted)
    await reader.frame('refined', 0)
  for (const guest of [painter, watcher, reader]) guest.leave()
  slow.close()
  await server.stop()
  const name = 'a reader of 10 kB/s'
  return [
    {
      what: `${name}: from one draft to the next for others, against without it`,
      value: beside / alone,
      unit: 'x',
    },
    { what: `${name}: server memory grown meanwhile`, value: grown / 1e6, unit: 'MB' },
    { what: `${name}: frames it got, the last one the newest refined`, value: seen.length, unit: '' },
  ]
}

/** An address behind which a server's answers come slowly; what is sent to it goes through at once. */
async function slowWay(url: string) {
  const { port } = new URL(url)
  const open = new Set<Socket>()
  const way = createServer((client) => {
    const server = connect(Number(port), 'localhost')
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        client.destroy()
        server.destroy()
      })
    }
    client.pipe(server)
    trickle(server, client)
  })
  way.listen(0)
  await once(way, 'listening')
  return {
    url: `http://localhost:${(way.address() as { port: number }).port}`,
    close() {
      for (const socket of open) socket.destroy()
      way.close()
    },
  }
}

/** What is not passed on yet is left where it is: the sender feels it. */
function trickle(from: Socket, to: Socket): void {
  from.pause()
  const timer = setInterval(() => {
    const slice = (from.read(Math.min(from.readableLength, (BYTES_A_SECOND * SLICE_MS) / 1000)) ??
      null) as Buffer | null
    if (slice) to.write(slice)
  }, SLICE_MS)
  from.on('readable', () => {})
  from.once('close', () => clearInterval(timer))
}

/** Resident bytes of the server's own process. */
const memoryOf = (url: string) => metricOf(url, 'nurie_process_resident_memory_bytes')

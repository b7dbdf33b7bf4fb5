/** Part of `npm run bench -- --crowd`: a room of 20,000 strokes that 20 people open at the same moment. */
import { createRoom, joinRoom } from './guest.ts'
import { percentile, type Row } from './report.ts'
import { metricOf, startServer } from './server.ts'

const MEMORY = 'nurie_process_resident_memory_bytes'
const LOOP = 'nurie_nodejs_eventloop_lag_p99_seconds'
/** Strokes of one transaction: within the bytes of an update. */
const AT_ONCE = 200

export async function benchJoin({ strokes, people }: { strokes: number; people: number }): Promise<Row[]> {
  const server = await startServer({ env: { NURIE_LIMIT_COMMITS: '1000' } })
  const { room, width, height, keys } = await createRoom(server.url, 'fairy')
  const painter = await joinRoom(server.url, room, keys.edit)
  for (let at = 0; at < strokes; at += AT_ONCE) {
    painter.doc.transact(() => {
      for (let i = at; i < Math.min(strokes, at + AT_ONCE); i++) {
        const points = Array.from({ length: 20 }, (_, k) => [
          (i * 7919 + 40 * k) % (8 * width),
          (i * 104729 + 24 * k) % (8 * height),
          255,
        ])
        painter.paint(points.flat(), (i * 40503) & 0xffffff)
      }
    })
    await painter.saved()
  }
  const before = await metricOf(server.url, MEMORY)
  const times: number[] = []
  const guests = await Promise.all(
    Array.from({ length: people }, async () => {
      const began = performance.now()
      const guest = await joinRoom(server.url, room, keys.view)
      times.push(performance.now() - began)
      return guest
    }),
  )
  const lag = await metricOf(server.url, LOOP)
  const grown = (await metricOf(server.url, MEMORY)) - before
  const held = Math.min(...guests.map((guest) => guest.doc.getArray('strokes').length))
  for (const guest of [painter, ...guests]) guest.leave()
  await server.stop()
  const name = `${people} people open a page of ${held} strokes at once`
  return [
    { what: `${name}: until each has all of it, median`, value: percentile(times, 0.5), unit: 'ms' },
    { what: `${name}: the last one`, value: Math.max(...times), unit: 'ms', target: '<= 10000' },
    { what: `${name}: server memory grown meanwhile`, value: grown / 1e6, unit: 'MB' },
    { what: `${name}: event loop delay p99`, value: 1000 * lag, unit: 'ms' },
  ]
}

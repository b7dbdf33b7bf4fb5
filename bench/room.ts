/** Pen-up on one screen to draft and refined on another, and to `saved`: one room of four guests on the real server. */
import { createRoom, joinRoom } from './guest.ts'
import { percentile, type Row } from './report.ts'
import { startServer } from './server.ts'

export async function benchRoom({ strokes }: { strokes: number }): Promise<Row[]> {
  const server = await startServer()
  const { room, width, height, keys } = await createRoom(server.url, 'fairy')
  const guests = await Promise.all(Array.from({ length: 4 }, () => joinRoom(server.url, room, keys.edit)))
  const [painter, watcher] = guests as [(typeof guests)[0], (typeof guests)[0]]
  let revision = 0
  if (watcher.socket.connected) revision = (await watcher.frame('refined', -1)).revision
  const drafts: number[] = []
  const refines: number[] = []
  const saves: number[] = []
  const networks: number[] = []
  for (let i = 0; i < strokes; i++) {
    const points: number[] = []
    for (let k = 0; k < 20; k++) {
      points.push(
        Math.round(8 * width * (0.2 + 0.03 * k)),
        Math.round(8 * height * (0.1 + (0.8 * i) / strokes)),
        255,
      )
    }
    const began = performance.now()
    const since = () => performance.now() - began
    const refined = watcher.frame('refined', revision)
    const draft = watcher.frame('draft', revision)
    painter.paint(points, (0x3060c0 + i * 40503) & 0xffffff)
    await Promise.all([
      draft.then((header) => {
        drafts.push(since())
        networks.push(header.ms)
      }),
      painter.saved().then(() => saves.push(since())),
      refined.then((header) => {
        refines.push(since())
        revision = header.revision
      }),
    ])
  }
  guests.forEach((guest) => guest.leave())
  await server.stop()
  const overhead = drafts.map((ms, i) => ms - networks[i]!)
  return [
    {
      what: 'pen-up to draft on another screen, median',
      value: percentile(drafts, 0.5),
      unit: 'ms',
      target: '<= 100',
    },
    {
      what: 'pen-up to draft on another screen, p95',
      value: percentile(drafts, 0.95),
      unit: 'ms',
      target: '<= 200',
    },
    {
      what: 'of it everything but the draft itself, median',
      value: percentile(overhead, 0.5),
      unit: 'ms',
      target: '<= 25',
    },
    {
      what: 'pen-up to refined on another screen, median',
      value: percentile(refines, 0.5),
      unit: 'ms',
      target: '<= 400',
    },
    {
      what: 'pen-up to refined on another screen, p95',
      value: percentile(refines, 0.95),
      unit: 'ms',
      target: '<= 800',
    },
    { what: 'stroke to saved, median', value: percentile(saves, 0.5), unit: 'ms', target: '<= 50' },
    { what: 'stroke to saved, p95', value: percentile(saves, 0.95), unit: 'ms', target: '<= 250' },
  ]
}

/** What patches save: the same strokes in a room whose guests take them and in one of stock clients. */
import type { FrameHeader } from '../shared/protocol.ts'
import { createRoom, joinRoom } from './guest.ts'
import { median, type Row } from './report.ts'
import { startServer } from './server.ts'

export async function benchPatches({ strokes }: { strokes: number }): Promise<Row[]> {
  const server = await startServer()
  const wholes = await drawn(server.url, strokes, false)
  const patches = await drawn(server.url, strokes, true)
  await server.stop()
  const row = (what: string, { bytes, drafts }: Drawn): Row[] => [
    { what: `${what}: bytes a frame, mean`, value: bytes / 1000, unit: 'kB' },
    { what: `${what}: pen-up to draft, median`, value: median(drafts), unit: 'ms' },
  ]
  return [...row('whole frames', wholes), ...row('patches', patches)]
}

type Drawn = { bytes: number; drafts: number[] }

/** Dabs all over a page that is painted on already, one after the other. */
async function drawn(url: string, strokes: number, patches: boolean): Promise<Drawn> {
  const { room, width, height, keys } = await createRoom(url, 'camping')
  const painter = await joinRoom(url, room, keys.edit, { patches })
  let { revision } = await painter.frame('refined', -1)
  const sizes: number[] = []
  painter.socket.on('frame', (_: FrameHeader, bytes: ArrayBuffer) => sizes.push(bytes.byteLength))
  const drafts: number[] = []
  const first = 10
  for (let i = 0; i < first + strokes; i++) {
    const at = [0.1 + ((i * 0.381966) % 0.8), 0.1 + ((i * 0.754877) % 0.8)] as const
    const draft = painter.frame('draft', revision)
    const refined = painter.frame('refined', revision)
    const began = performance.now()
    painter.paint(
      [Math.round(8 * width * at[0]), Math.round(8 * height * at[1]), 255],
      (0x3060c0 + i * 40503) & 0xffffff,
    )
    await draft
    if (i >= first) drafts.push(performance.now() - began)
    revision = (await refined).revision
    if (i === first - 1) sizes.length = 0
  }
  painter.leave()
  return { bytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length, drafts }
}

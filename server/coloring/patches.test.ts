import { once, EventEmitter } from 'node:events'
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { decodeHints } from '../../files/image.ts'
import { dabs, samplePage } from '../../models/sampleRoom.fixture.ts'
import type { FrameHeader } from '../../shared/protocol.ts'
import { openColoring } from './coloring.ts'

type Heard = { header: FrameHeader; bytes: Uint8Array }

it('F7 patches of a real page, laid one over the other, are the picture that a whole frame shows', async () => {
  const heard = new EventEmitter()
  const coloring = await openColoring({
    events: {
      frame: (_, header, bytes) => void heard.emit(`${header.stage} ${header.revision}`, { header, bytes }),
      status: () => {},
    },
    log: { info: () => {}, warn: () => {} },
    threads: 2,
  })
  const frame = async (name: string) => ((await once(heard, name)) as [Heard])[0]
  const line = await readFile(new URL('../samples/christmas-tree.png', import.meta.url))
  const strokes = dabs(await samplePage('christmas-tree', 1024), 12)
  coloring.open('a', line)
  coloring.attend('a', 'seen', true)
  let seen: Buffer | undefined
  let patches = 0
  for (let revision = 1; revision <= 5; revision++) {
    const frames = [frame(`draft ${revision}`), frame(`refined ${revision}`)]
    coloring.touch('a', revision, strokes.slice(0, 7 + revision))
    for (const { header, bytes } of await Promise.all(frames)) {
      const { rgba, width, height } = await decodeHints(bytes)
      seen ??= Buffer.alloc(4 * header.width * header.height)
      const { x, y } = header.patch ?? { x: 0, y: 0 }
      expect([width, height]).toEqual([
        header.patch?.width ?? header.width,
        header.patch?.height ?? header.height,
      ])
      for (let row = 0; row < height; row++)
        seen.set(rgba.subarray(4 * row * width, 4 * (row + 1) * width), 4 * ((y + row) * header.width + x))
      if (header.patch) patches++
    }
  }
  expect(patches).toBeGreaterThan(5)
  const [whole] = await Promise.all([frame('refined 5'), coloring.whole('a', 'refined')])
  const { rgba } = await decodeHints(whole.bytes)
  expect(whole.header.patch).toBeUndefined()
  // Both lost something in encoding, around lines most.
  const differences = rgba.map((value, i) => Math.abs(value - seen![i]!)).sort()
  expect(differences[Math.floor(0.98 * differences.length)]).toBeLessThan(8)
  await coloring.close()
})

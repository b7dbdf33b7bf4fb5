/** Finished regions with the real networks, over the end of a colorist. */
import { EventEmitter, once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decodeHints, encodeGreyPng } from '../../files/image.ts'
import type { RgbaPicture, RgbPicture } from '../../shared/picture.ts'
import type { FrameHeader } from '../../shared/protocol.ts'
import { addStroke, packStroke, type Stroke } from '../../shared/strokes.ts'
import * as Y from 'yjs'
import { openColoring, type Coloring } from './coloring.ts'
import type { EncodedPatch } from './colorist.ts'
import { coloristPid } from './coloristPid.fixture.ts'

const SIDE = 256
const heard = new EventEmitter()
let coloring: Coloring
let line: Uint8Array

beforeAll(async () => {
  const grey = new Uint8Array(SIDE * SIDE).fill(255)
  for (let i = 40; i < 216; i++) {
    for (const k of [40, 41, 42, 127, 128, 129, 213, 214, 215]) grey[k * SIDE + i] = grey[i * SIDE + k] = 0
  }
  line = await encodeGreyPng({ width: SIDE, height: SIDE, grey })
  coloring = await openColoring({
    threads: 2,
    log: { info: () => {}, warn: () => {} },
    events: {
      frame: (room, header, bytes) => heard.emit(`${room} ${header.stage} ${header.revision}`, header, bytes),
      status: () => {},
    },
  })
})
afterAll(() => coloring.close())

const dab = (id: string, x: number, y: number, color: number): Stroke => ({
  id,
  by: 'g',
  tool: 'brush',
  color,
  width: 160,
  points: Int32Array.of(8 * x, 8 * y, 255),
})
const INSIDE = { x: 8 * 80, y: 8 * 80, gap: 0 }
const frame = (room: string, stage: string, revision: number) =>
  once(heard, `${room} ${stage} ${revision}`) as Promise<[FrameHeader, Uint8Array]>

/** The largest difference of a color, and the mean one, within a region. */
function differences(picture: RgbPicture, region: RgbaPicture, { left, top }: EncodedPatch) {
  let [most, sum, count] = [0, 0, 0]
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      const from = 4 * (y * region.width + x)
      if (region.rgba[from + 3] === 0) continue
      for (let part = 0; part < 3; part++) {
        const shown = picture.rgb[3 * ((top + y) * picture.width + left + x) + part]!
        const difference = Math.abs(shown - region.rgba[from + part]!)
        most = Math.max(most, difference)
        sum += difference
        count++
      }
    }
  }
  return { most, mean: sum / count }
}

it('M2 a finished region keeps its picture over every stroke, in exports, past versions and the next colorist', async () => {
  coloring.open('a', line)
  coloring.attend('a', 'seen')
  const first = frame('a', 'refined', 1)
  coloring.touch('a', 1, [dab('1', 80, 80, 0x20a040), dab('2', 170, 80, 0xe0c020)])
  await first
  const patch = await coloring.finish('a', INSIDE)
  if (typeof patch === 'string') throw new Error(patch)
  const region = await decodeHints(patch.picture)
  coloring.setFinished('a', [patch])
  const others = [dab('3', 80, 80, 0xd02020), dab('4', 170, 80, 0x2040d0), dab('5', 170, 170, 0xd060d0)]
  for (const revision of [2, 3]) {
    const refined = frame('a', 'refined', revision)
    const draft = frame('a', 'draft', revision)
    coloring.touch('a', revision, others.slice(0, revision))
    for (const [, bytes] of await Promise.all([draft, refined])) {
      const { width, height, rgba } = await decodeHints(bytes)
      const rgb = rgba.filter((_, i) => i % 4 !== 3)
      // Frames are coded with loss.
      expect(differences({ width, height, rgb }, region, patch).mean).toBeLessThan(4)
    }
    expect(differences((await coloring.layer('a'))!, region, patch).most).toBe(0)
    expect(await coloring.finish('a', INSIDE)).toBe('finished-already')
    if (revision === 2) process.kill(coloristPid(), 'SIGKILL')
  }
  const doc = new Y.Doc()
  for (const stroke of others) addStroke(doc, packStroke(stroke))
  const then = await coloring.past(line, Y.encodeStateAsUpdate(doc), [patch])
  expect(differences(then, region, patch).most).toBe(0)
  coloring.setFinished('a', [])
  const opened = frame('a', 'refined', 4)
  coloring.touch('a', 4, others)
  await opened
  expect(differences((await coloring.layer('a'))!, region, patch).mean).toBeGreaterThan(30)
})

it('M2 a room that is opened with finished regions shows them from its first picture on', async () => {
  const known = [dab('1', 80, 80, 0x20a040)]
  coloring.open('b', line)
  coloring.attend('b', 'seen')
  const first = frame('b', 'refined', 1)
  coloring.touch('b', 1, known)
  await first
  const patch = (await coloring.finish('b', INSIDE)) as EncodedPatch
  coloring.forget('b')
  coloring.open('b', line, [patch])
  coloring.attend('b', 'seen')
  const again = frame('b', 'refined', 5)
  coloring.touch('b', 5, [dab('1', 80, 80, 0xd02020)])
  await again
  expect(differences((await coloring.layer('b'))!, await decodeHints(patch.picture), patch).most).toBe(0)
})

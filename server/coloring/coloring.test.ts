import { EventEmitter, once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeHints, encodeGreyPng } from '../../files/image.ts'
import { isFresher, type FrameHeader, type Status } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { openColoring, type Coloring } from './coloring.ts'
import { coloristPid } from './coloristPid.fixture.ts'

const SIDE = 256
const heard = new EventEmitter()
let coloring: Coloring
let line: Uint8Array

beforeAll(async () => {
  const grey = new Uint8Array(SIDE * SIDE).fill(255)
  for (let i = 60; i < 200; i++) {
    for (const k of [60, 61, 62, 198, 199, 200]) grey[k * SIDE + i] = grey[i * SIDE + k] = 0
  }
  line = await encodeGreyPng({ width: SIDE, height: SIDE, grey })
  coloring = await openColoring({
    threads: 2,
    log: { info: () => {}, warn: () => {} },
    events: {
      frame: (room, header, bytes) => heard.emit(`${room} ${header.stage} ${header.revision}`, header, bytes),
      status: (room, status) => heard.emit(`${room} status`, status),
    },
  })
})
afterAll(() => coloring.close())

const dot = (id: string, color: number): Stroke => ({
  id,
  by: 'g',
  tool: 'brush',
  color,
  width: 160,
  points: Int32Array.of(8 * 130, 8 * 130, 255),
})
const frame = (room: string, stage: string, revision: number) =>
  once(heard, `${room} ${stage} ${revision}`) as Promise<[FrameHeader, Uint8Array]>

async function centerOf(bytes: Uint8Array): Promise<number[]> {
  const { rgba, width } = await decodeHints(bytes)
  return [...rgba.subarray(4 * (100 * width + 100), 4 * (100 * width + 100) + 3)]
}
const isNear = (color: number[], wanted: number[]) =>
  color.every((value, i) => Math.abs(value - wanted[i]!) < 45)

describe('coloring', () => {
  it('tells the engine and the weights', () => {
    expect(coloring.info()).toMatchObject({ engine: 'cpu', models: [{ name: 'draft' }, { name: 'refine' }] })
  })

  it('F5 colors a new room without hints, then every touch as draft and refined, in order', async () => {
    coloring.open('a', line)
    coloring.attend('a', 'seen')
    const order: FrameHeader[] = []
    const first = frame('a', 'refined', 1)
    coloring.touch('a', 1, [])
    await first
    for (const revision of [2, 3]) {
      for (const stage of ['draft', 'refined']) {
        void frame('a', stage, revision).then(([header]) => order.push(header))
      }
    }
    const green = frame('a', 'refined', 2)
    coloring.touch('a', 2, [dot('1', 0x20a040)])
    const [header, bytes] = await green
    expect(header).toMatchObject({ revision: 2, stage: 'refined', width: SIDE, height: SIDE, engine: 'cpu' })
    expect(isNear(await centerOf(bytes), [0x20, 0xa0, 0x40])).toBe(true)
    const red = frame('a', 'refined', 3)
    coloring.touch('a', 3, [dot('2', 0xd02020)])
    expect(isNear(await centerOf((await red)[1]), [0xd0, 0x20, 0x20])).toBe(true)
    for (let i = 1; i < order.length; i++) expect(isFresher(order[i]!, order[i - 1])).toBe(true)
    expect(await coloring.layer('a')).toMatchObject({ revision: 3, width: SIDE, height: SIDE })
  })

  it('colors one picture without a room', async () => {
    const { width, height, rgb } = await coloring.once(line, { stage: 'refined' })
    expect([width, height, rgb.length]).toEqual([SIDE, SIDE, 3 * SIDE * SIDE])
  })

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'E2 a colorist that meets %s is replaced, rooms are told, the newest revision is colored after',
    async (signal) => {
      const room = signal
      coloring.open(room, line)
      coloring.attend(room, 'seen')
      const states: string[] = []
      heard.on(`${room} status`, ({ state }: Status) => states.push(state))
      const first = frame(room, 'refined', 1)
      coloring.touch(room, 1, [dot('1', 0x20a040)])
      await first
      process.kill(coloristPid(), signal)
      const again = frame(room, 'refined', 2)
      coloring.touch(room, 2, [dot('1', 0x2040d0)])
      expect(isNear(await centerOf((await again)[1]), [0x20, 0x40, 0xd0])).toBe(true)
      expect(states).toContain('down')
    },
  )
})
